/** The top of the sheet: the advice that stands, the classes that nothing can help, or that all is well. */

import { t } from "../shared/boot.js";
import { isOpen } from "../shared/clock.js";
import { el, fill } from "../shared/dom.js";
import { Rows } from "../staff/rows.js";
import { AdviceCard } from "./advice_card.js";
import { classWords } from "./advice_words.js";
import { minutesWords, short } from "./numbers.js";
import { rushNotes } from "./rush_notes.js";
import { together } from "./sentences.js";
import { isStuck, verdictOf, verdictWords } from "./verdict.js";

/** @typedef {import("../shared/hall_state.js").HallState} HallState */
/** @typedef {import("./figures.js").Figures} Figures */

export class AdviceBoard {
  /** @param {import("./advice_card.js").Answers} answers */
  constructor(answers) {
    this._notes = el("div", { class: "board__notes", role: "status" });
    this._cards = el("div", { class: "board__cards" });
    this._rest = el("div", { class: "board__rest" });
    this.element = el("section", { class: "board" }, this._notes, this._cards, this._rest);
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
    this._cards.dataset.count = String(advices.length);
    this._rows.draw(advices.map((advice) => ({ advice, hall, newest: newestOf(figures, advice.counter_class) })));
    const calm = advices.length || stuck.length ? null : calmCard(calmWords(hall, figures, now), hall, figures);
    const notes = rushNotes(figures, hall.branch.time_zone);
    // Readers of the screen speak what is touched: only news is put in.
    if (this._notes.textContent !== textOf(notes)) fill(this._notes, notes);
    fill(this._rest, stuck.map((key) => stuckCard(key, /** @type {Figures} */ (figures))), calm);
    this._notes.hidden = notes.length === 0;
    this._cards.hidden = advices.length === 0;
    this._rest.hidden = advices.length > 0 && stuck.length === 0;
  }
}

/** @param {HTMLElement[]} elements */
function textOf(elements) {
  return elements.map((element) => element.textContent).join("");
}

/**
 * The class that most needs a look; null while none does.
 * @param {HallState} hall
 * @param {Figures} figures
 */
export function mostUrgent(hall, figures) {
  const [worst] = [...hall.advices.values()].sort(worstFirst);
  return worst?.counter_class ?? stuckClasses(hall, figures)[0] ?? null;
}

/**
 * @param {Figures | null} figures
 * @param {string} key
 */
function newestOf(figures, key) {
  return { reckoning: figures?.advice_table[key] ?? null, ahead: figures?.outlook?.[key] ?? null };
}

/**
 * A queue that grows without end before money that could be saved.
 * @param {import("../shared/types.js").Advice} a
 * @param {import("../shared/types.js").Advice} b
 */
function worstFirst(a, b) {
  const [first, second] = [a.figures, b.figures];
  return Number(first.keeps_up_now ?? true) - Number(second.keeps_up_now ?? true) || (second.saving ?? 0) - (first.saving ?? 0);
}

/**
 * @param {HallState} hall
 * @param {Figures} figures
 */
function stuckClasses(hall, figures) {
  return Object.entries(figures.advice_table).flatMap(([key, reckoning]) => {
    return isStuck(reckoning) && !hall.advices.has(key) && reckoning.rates.enough_seen ? [key] : [];
  });
}

/**
 * @param {string} key
 * @param {Figures} figures
 */
function stuckCard(key, { advice_table, outlook }) {
  const { table, rates } = advice_table[key];
  const growth = short(table[rates.open_counters - 1].growth_per_min * 60);
  const peak = outlook?.[key]?.stay.peak_wait_min ?? null;
  const expect = peak === null ? "" : t("manager.stuck.expect", { wait: minutesWords(peak) });
  const help = t(key === "self_service" ? "manager.stuck.machines" : "manager.stuck.counters");
  return el(
    "article",
    { class: "advice advice--stuck panel", "data-class": key },
    el("h2", { class: "advice__sentence" }, t("manager.stuck.sentence", { open: rates.open_counters, kind: classWords(key) })),
    el("p", { class: "advice__why" }, together(t("manager.stuck.grows", { n: growth }), expect, help)),
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
  const verdicts = Object.keys(figures.advice_table).map((key) => verdictOf(hall, figures, key));
  if (verdicts.every((verdict) => verdict === "learning")) return "learning";
  // Silence is no praise: the advisor also holds its peace for a while after a change or a dismissal.
  return verdicts.every((verdict) => verdict === "keep" || verdict === "learning") ? "fits" : "silent";
}

/**
 * @param {string} which
 * @param {HallState} hall
 * @param {Figures | null} figures
 */
function calmCard(which, hall, figures) {
  const told = figures && (which === "fits" || which === "silent");
  return el(
    "article",
    { class: "calm panel", "data-calm": which },
    el("h2", { class: "calm__sentence" }, t(`manager.calm.${which}`)),
    el("p", { class: "calm__why" }, t(`manager.calm.${which}_why`)),
    told ? el("ul", { class: "calm__classes" }, Object.keys(figures.advice_table).map((key) => stands(key, hall, figures))) : null,
  );
}

/**
 * @param {string} key
 * @param {HallState} hall
 * @param {Figures} figures
 */
function stands(key, hall, figures) {
  const words = verdictWords(verdictOf(hall, figures, key), figures, key);
  return el("li", { "data-class": key }, el("b", null, classWords(key)), el("span", null, words));
}
