/** The plan of one class on one day, to be looked at and changed: a picture over the half-hours, or its table. */

import { may, t, tCount } from "../shared/boot.js";
import { el, fill, say } from "../shared/dom.js";
import { minutesWords, percent, short } from "./numbers.js";
import { PlanBars } from "./plan_bars.js";
import { shiftRows } from "./plan_shifts.js";
import { arrivalsStrip, timesRow, waitsStrip } from "./plan_strips.js";
import { planTable } from "./plan_table.js";

/** @typedef {import("./plan_draft.js").Draft} Draft */

/**
 * @typedef {Object} EditorView
 * @property {string} key  the class
 * @property {Draft} draft
 * @property {string[]} times  the beginnings of the half-hours, and the end of the last one
 * @property {import("./plan_outcome.js").Pair} pair
 * @property {boolean} pending  the answer to the last change is on its way
 * @property {string} besideWords  what the other plan is called
 * @property {number} arrivalsFactor
 * @property {number | null} now
 * @property {string} currency
 */

const STRIPS = /** @type {const} */ (["arrivals", "waits", "counters", "times", "shifts"]);

export class PlanEditor {
  /** @param {Omit<import("./plan_bars.js").Hands, "choose">} hands */
  constructor(hands) {
    this._hands = hands;
    this._chosen = 0;
    this._bars = new PlanBars({ ...hands, choose: (at) => this._choose(at) });
    this._readout = el("p", { class: "plan__readout", "aria-live": "off" });
    this._less = el("button", { class: "plan__step", type: "button", onclick: () => this._step(-1) }, "−");
    this._number = el("b", { class: "plan__number" });
    this._more = el("button", { class: "plan__step", type: "button", onclick: () => this._step(1) }, "+");
    this._turn = el("button", { class: "button button--quiet", type: "button", onclick: () => this._toggle() });
    this._less.hidden = this._more.hidden = !may("make_plan");
    const stepper = el("div", { class: "plan__stepper" }, this._less, this._number, this._more);
    const head = el("header", { class: "plan__head" }, stepper, this._readout, this._turn);
    this._names = STRIPS.map(() => el("h3", { class: "plan__strip-name" }));
    this._strips = STRIPS.map((key) => (key === "counters" ? this._bars.element : strip(key)));
    const rows = STRIPS.map((_, at) => [this._names[at], this._strips[at]]);
    this._picture = el("div", { class: "plan__picture" }, rows.flat());
    this._table = el("div", { class: "plan__table-box", tabindex: 0, hidden: true });
    this.element = el("article", { class: "plan__editor panel" }, head, this._picture, this._table);
  }

  /** Where one would want to begin: now, or at the half-hour with the longest wait. */
  begin() {
    this._chosen = -1;
  }

  /** @param {EditorView} view */
  draw(view) {
    this._view = view;
    if (this._chosen < 0 || this._chosen >= view.draft.counters.length) this._chosen = firstLook(view);
    this.element.dataset.class = view.key;
    this.element.toggleAttribute("data-pending", view.pending);
    this._picture.style.setProperty("--slots", String(view.draft.counters.length));
    STRIPS.forEach((key, at) => fill(this._names[at], stripName(key, view.besideWords)));
    this._drawReadout(view);
    if (this._table.hidden) this._drawPicture(view);
    else fill(this._table, planTable(tableView(view)));
    say(this._turn, t(this._table.hidden ? "manager.charts.as_table" : "manager.charts.as_chart"));
  }

  /** @param {EditorView} view */
  _drawPicture({ draft, times, pair, arrivalsFactor, now }) {
    const { least, most, arrivals_per_hour: arrivals } = draft.plan;
    const { own, beside, left } = pair;
    const [arrivalsRow, waitsRow, , timesOf, shiftsRow] = this._strips;
    fill(arrivalsRow, arrivalsStrip(arrivals.map((rate) => rate * arrivalsFactor)));
    fill(waitsRow, waitsStrip(own.evaluation, beside.evaluation));
    const counters = { counters: draft.counters, beside: beside.counters, left, least, most };
    this._bars.draw({ ...counters, times, chosen: this._chosen, now, evaluation: own.evaluation });
    fill(timesOf, timesRow(times, now));
    fill(shiftsRow, shiftRows(own.shifts, times));
    shiftsRow.hidden = this._names[4].hidden = own.shifts.length === 0;
  }

  /** @param {EditorView} view */
  _drawReadout({ draft, times, pair, arrivalsFactor }) {
    const at = this._chosen;
    const { plan, counters } = draft;
    const slot = pair.own.evaluation.slots[at];
    const told = {
      start: times[at],
      end: times[at + 1],
      arrivals: short(plan.arrivals_per_hour[at] * arrivalsFactor),
      wait: minutesWords(slot.wait_min),
      share: percent(slot.long_wait),
    };
    say(this._readout, t(slot.keeps_up ? "manager.plan.readout" : "manager.plan.readout_grows", told));
    say(this._number, tCount("manager.plan.counters", counters[at]));
    this._less.disabled = counters[at] <= plan.least;
    this._more.disabled = counters[at] >= plan.most;
    this._less.setAttribute("aria-label", t("manager.plan.one_less", told));
    this._more.setAttribute("aria-label", t("manager.plan.one_more", told));
  }

  /** @param {number} at */
  _choose(at) {
    this._chosen = at;
    if (this._view) this.draw(this._view);
  }

  /** @param {number} by */
  _step(by) {
    const counters = this._view?.draft.counters[this._chosen];
    if (counters === undefined) return;
    this._hands.begin();
    this._hands.set(this._chosen, counters + by);
  }

  _toggle() {
    this._table.hidden = !this._table.hidden;
    this._picture.hidden = !this._table.hidden;
    if (this._view) this.draw(this._view);
  }
}

/** @param {string} key */
function strip(key) {
  return key === "shifts" ? el("ol", { class: "strip strip--shifts" }) : el("div", { class: `strip strip--${key}` });
}

/**
 * @param {typeof STRIPS[number]} key
 * @param {string} besideWords
 */
function stripName(key, besideWords) {
  if (key === "times") return [];
  const compared = key === "waits" || key === "counters";
  const legend = compared ? el("span", { class: `plan__legend plan__legend--${key}` }, el("i", null), besideWords) : null;
  return [t(`manager.plan.strip.${key}`), legend];
}

/** @param {EditorView} view */
function firstLook({ now, pair }) {
  const waits = pair.own.evaluation.slots.map((slot) => slot.wait_min);
  return now ?? waits.indexOf(Math.max(...waits));
}

/**
 * @param {EditorView} view
 * @returns {import("./plan_table.js").TableView}
 */
function tableView({ draft, times, pair, besideWords, arrivalsFactor, currency }) {
  const arrivals = draft.plan.arrivals_per_hour.map((rate) => rate * arrivalsFactor);
  const { own, beside } = pair;
  return {
    times,
    arrivals,
    counters: draft.counters,
    beside: beside.counters,
    besideWords,
    evaluation: own.evaluation,
    currency,
  };
}
