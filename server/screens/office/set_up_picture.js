/** Beside the costs of a class: what a draft of them would ask for, as columns and in a sentence, at rates of one's choice. */

import { t } from "../shared/boot.js";
import { el, fill, say } from "../shared/dom.js";
import { costColumns } from "../staff/cost_columns.js";
import { askable, DraftCosts } from "./set_up_draft_costs.js";
import { asksWords, markOf, moreWords, originWords, spokenWords } from "./set_up_picture_words.js";
import { RateChoice } from "./set_up_rates.js";

/** @typedef {import("./set_up_desk.js").Desk} Desk */
/** @typedef {import("./set_up_draft_costs.js").Answer} Answer */

const MOST_COLUMNS = 7;

/** The pictures outlive a drawing of the section: nobody loses the hour they were looking at. */
/** @type {WeakMap<Desk, Map<string, CostPicture>>} */
const pictures = new WeakMap();

/**
 * @param {Desk} desk
 * @param {string} key  the class
 */
export function costPicture(desk, key) {
  const mine = pictures.get(desk) ?? new Map();
  pictures.set(desk, mine);
  if (!mine.has(key)) mine.set(key, new CostPicture(desk, key));
  const picture = /** @type {CostPicture} */ (mine.get(key));
  picture.translate();
  desk.alive(() => picture.follow());
  return picture.element;
}

class CostPicture {
  /**
   * @param {Desk} desk
   * @param {string} key
   */
  constructor(desk, key) {
    this._desk = desk;
    this._key = key;
    const hands = { answered: () => this._draw(), isSeen: () => this.element.isConnected };
    this._costs = new DraftCosts(desk.branch, key, hands);
    this._choice = new RateChoice(key, desk.mayChange, () => this.follow());
    this._title = el("h4", { class: "picture__title" });
    this._says = el("p", { class: "picture__says", "aria-live": "polite" });
    this._more = el("p", { class: "picture__more" });
    this._plot = el("div", { class: "picture__plot" });
    this._problem = el("p", { class: "picture__problem", role: "status", hidden: true });
    const said = el("div", { class: "picture__said" }, this._says, this._more);
    const parts = [this._title, said, this._plot, this._problem, this._choice.element];
    this.element = el("div", { class: "picture", role: "group" }, parts);
  }

  /** Drawn anew, maybe in another language, maybe after something else came into force: asked anew. */
  translate() {
    say(this._title, t("office.set_up.picture.title"));
    this.element.setAttribute("aria-label", `${t(`class.${this._key}`)}: ${t("office.set_up.picture.title")}`);
    this._choice.translate();
    this._costs.stop();
    this._draw();
  }

  /** The draft or the chosen rates may be other ones. */
  follow() {
    const costs = askable(this._desk.at(`classes.${this._key}`));
    const there = this._desk.document.counters.filter((counter) => counter.class === this._key).length;
    const was = this._complete;
    this._complete = costs !== null;
    if (costs) this._costs.ask({ costs, there, wish: this._choice.wish });
    else this._costs.stop();
    if (was !== this._complete) this._draw();
  }

  _draw() {
    const { answer, problem } = this._costs;
    const shown = this._complete !== false && answer;
    this.element.toggleAttribute("aria-busy", this._complete !== false && !answer && !problem);
    this.element.toggleAttribute("data-old", problem !== null);
    this._choice.element.hidden = !shown;
    this._problem.hidden = problem === null;
    say(this._problem, shown && problem ? t("office.set_up.picture.problem", { why: problem }) : (problem ?? ""));
    if (!shown) return this._drawNothing();
    const view = { answer: shown, key: this._key, currency: this._desk.document.branch.currency };
    say(this._says, asksWords(view));
    const seen = around(shown);
    say(this._more, moreWords(view, seen));
    this._choice.draw(shown, originWords(shown));
    fill(this._plot, shown.told.arrivals_per_hour > 0 && columns(view, seen));
  }

  _drawNothing() {
    say(this._says, "");
    say(this._more, this._complete === false ? t("office.set_up.picture.incomplete") : "");
    fill(this._plot);
  }
}

/**
 * @param {import("./set_up_picture_words.js").PictureView} view
 * @param {import("./set_up_draft_costs.js").Row[]} seen
 */
function columns(view, seen) {
  const { costs, there } = view.answer;
  return costColumns({
    columns: seen,
    counterCost: costs.counter_cost,
    currency: view.currency,
    markOf: (servers) => markOf(view.answer, servers),
    there,
    spoken: spokenWords(seen, view),
  });
}

/**
 * From the last that cannot keep up to one beyond the marks; where these are too far apart, those about the draft's.
 * @param {Answer} answer
 */
function around({ told: { table, draft } }) {
  const asked = draft.asks_for ?? 1;
  const far = Math.max(asked, draft.in_force ?? 1) + 1;
  const near = Math.min(asked, draft.in_force ?? asked);
  const fewest = table.findIndex((row) => row.keeps_up);
  const first = far - near < MOST_COLUMNS ? Math.max(fewest - 1, Math.min(far, table.length) - MOST_COLUMNS) : asked - 3;
  return table.slice(Math.max(0, first), Math.max(0, first) + MOST_COLUMNS);
}
