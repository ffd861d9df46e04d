/** The top of the page: the advice that stands, the classes that nothing can help, or that all is well. */

import { t } from "../shared/boot.js";
import { isOpen } from "../shared/clock.js";
import { el, fill } from "../shared/dom.js";
import { Rows } from "../staff/rows.js";
import { AdviceCard } from "./advice_card.js";
import { classWords } from "./advice_words.js";
import { growthWords } from "./numbers.js";

/** @typedef {import("../shared/hall_state.js").HallState} HallState */
/** @typedef {import("./figures.js").Figures} Figures */

// As the advisor has it: below these it keeps silent, and says so rather than that all is well.
const ARRIVALS_NEEDED = 5;
const SERVICES_NEEDED = 3;

export class AdviceBoard {
  /** @param {import("./advice_card.js").Answers} answers */
  constructor(answers) {
    this._cards = el("div", { class: "board__cards" });
    this._rest = el("div", { class: "board__rest" });
    this.element = el("section", { class: "board" }, this._cards, this._rest);
    this._rows = new Rows(
      this._cards,
      (/** @type {import("./advice_card.js").AdviceView} */ view) => view.advice.id,
      () => new AdviceCard(answers),
    );
  }

  /**
   * @param {HallState} hall
   * @param {Figures | null} figures
   * @param {number} now
   */
  draw(hall, figures, now) {
    const advices = [...hall.advices.values()].sort(worstFirst);
    const stuck = figures ? stuckClasses(hall, figures) : [];
    const newest = (/** @type {string} */ key) => figures?.advice_table[key] ?? null;
    this._rows.draw(advices.map((advice) => ({ advice, hall, newest: newest(advice.counter_class) })));
    const calm = advices.length || stuck.length ? null : calmCard(calmWords(hall, figures, now));
    fill(this._rest, stuck.map(stuckCard), calm);
    this._cards.hidden = advices.length === 0;
    this._rest.hidden = advices.length > 0 && stuck.length === 0;
  }
}

/**
 * A queue that grows without end before money that could be saved.
 * @param {import("../shared/types.js").Advice} a
 * @param {import("../shared/types.js").Advice} b
 */
function worstFirst(a, b) {
  const [first, second] = [a.figures, b.figures];
  return Number(first.keeps_up_now) - Number(second.keeps_up_now) || (second.saving ?? 0) - (first.saving ?? 0);
}

/** @typedef {{key: string, open: number, growth: string}} Stuck */

/**
 * Classes whose counters are all open and still too few: there is nothing left to advise, but it must be said.
 * @param {HallState} hall
 * @param {Figures} figures
 * @returns {Stuck[]}
 */
function stuckClasses(hall, figures) {
  return Object.entries(figures.advice_table).flatMap(([key, { table, rates }]) => {
    const row = table[rates.open_counters - 1];
    const all = rates.open_counters === table.length;
    // One percent too much with nobody waiting is a figure, not a queue.
    if (!row || !all || row.keeps_up || rates.waiting === 0) return [];
    if (hall.advices.has(key) || !enoughSeen(rates)) return [];
    return [{ key, open: rates.open_counters, growth: growthWords(row.growth_per_min) }];
  });
}

/** @param {import("./figures.js").Rates} rates */
function enoughSeen(rates) {
  return rates.arrivals >= ARRIVALS_NEEDED && rates.completions >= SERVICES_NEEDED;
}

/** @param {Stuck} stuck */
function stuckCard({ key, open, growth }) {
  const what = key === "self_service" ? "manager.stuck.machines" : "manager.stuck.counters";
  return el(
    "article",
    { class: "advice advice--stuck panel", "data-class": key },
    el("h2", { class: "advice__sentence" }, t("manager.stuck.sentence", { open, kind: classWords(key) })),
    el("p", { class: "advice__why" }, t(what, { growth })),
  );
}

/**
 * @param {HallState} hall
 * @param {Figures | null} figures
 * @param {number} now
 * @returns {string} the end of a key
 */
function calmWords(hall, figures, now) {
  if (!isOpen(hall.branch, now)) return "closed";
  if (!figures) return "asking";
  const seen = Object.values(figures.advice_table).filter(({ rates }) => enoughSeen(rates));
  if (seen.length === 0) return "learning";
  // Silence is no praise: the advisor also holds its peace for a while after a change or a dismissal.
  return seen.every(({ optimum, rates }) => optimum === rates.open_counters) ? "fits" : "silent";
}

/** @param {string} which */
function calmCard(which) {
  return el(
    "article",
    { class: "calm panel", "data-calm": which },
    el("h2", { class: "calm__sentence" }, t(`manager.calm.${which}`)),
    el("p", { class: "calm__why" }, t(`manager.calm.${which}_why`)),
  );
}
