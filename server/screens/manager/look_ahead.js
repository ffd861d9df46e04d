/** What lies ahead of one class: its cost, the forecast, what if, and what each way of reckoning says. */

import { t } from "../shared/boot.js";
import { el, fill, say } from "../shared/dom.js";
import { classWords } from "./advice_words.js";
import { costCurve } from "./cost_curve.js";
import { costTable } from "./cost_table.js";
import { FlipCard } from "./flip_card.js";
import { ForecastCard } from "./forecast_card.js";
import { PolicyChoice } from "./policy_choice.js";
import { verdictOf, verdictWords } from "./verdict.js";
import { WhatIf } from "./what_if.js";

/** @typedef {import("../shared/hall_state.js").HallState} HallState */
/** @typedef {import("./figures.js").Figures} Figures */

/**
 * @typedef {Object} Wishes
 * @property {(key: string, policy: string) => void} policy  another way of reckoning is to speak
 * @property {(key: string) => void} details  the technical figures
 */

export class LookAhead {
  /**
   * @param {string[]} classes
   * @param {string} timeZone
   * @param {Wishes} wishes
   */
  constructor(classes, timeZone, wishes) {
    this._key = classes[0];
    this._chosen = false;
    /** @type {{hall: HallState, figures: Figures} | null} */
    this._seen = null;
    this._title = el("h2", { class: "ahead__title", id: "ahead-title" });
    this._keys = classes.map((key) => new ClassKey(key, () => this.choose(key)));
    this._verdict = el("p", { class: "ahead__verdict" });
    this._details = el("button", { class: "button button--quiet ahead__details", type: "button" });
    this._details.onclick = () => wishes.details(this._key);
    this._curve = new FlipCard(() => this._drawCurve());
    this._forecasts = [new ForecastCard("waiting", timeZone), new ForecastCard("wait", timeZone)];
    this._whatIf = new WhatIf(() => this._drawCurve());
    this._policies = new PolicyChoice(wishes.policy);
    this.element = this._built();
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", () => this._forecasts.forEach((card) => card.forget()));
  }

  _built() {
    const keys = el("div", { class: "ahead__keys", role: "radiogroup", "aria-labelledby": "ahead-title" }, this._keys.map((key) => key.element));
    const head = el("header", { class: "ahead__head" }, this._title, keys, this._verdict, this._details);
    const cards = [this._curve, ...this._forecasts, this._whatIf].map((card) => card.element);
    const grid = el("div", { class: "ahead__grid" }, cards);
    return el("section", { class: "ahead panel" }, head, grid, this._policies.element);
  }

  translate() {
    say(this._title, t("manager.ahead.title"));
    say(this._details, t("manager.details"));
    this._keys.forEach((key) => key.translate());
    this._curve.translate(t("manager.curve.title"));
    this._forecasts.forEach((card) => card.translate());
    this._whatIf.translate();
    this._show(this._key);
  }

  /**
   * @param {string} key  a class, chosen by somebody; from then on no advice changes it
   */
  choose(key) {
    this._chosen = true;
    this._show(key);
  }

  /**
   * @param {HallState} hall
   * @param {Figures} figures
   * @param {string | null} urgent  the class that most needs a look
   */
  draw(hall, figures, urgent) {
    if (this._seen?.hall === hall && this._seen.figures === figures) return;
    this._seen = { hall, figures };
    // While all is calm, the board above says the same of every class.
    this._verdict.hidden = urgent === null;
    this._show(this._chosen ? this._key : urgent ?? this._key);
  }

  /** The figures are new: what is supposed is reckoned with them. */
  refresh() {
    this._whatIf.refresh();
  }

  /** @param {string} key */
  _show(key) {
    this._key = key;
    this.element.dataset.class = key;
    const reckoning = this._seen?.figures.advice_table[key];
    if (!this._seen || !reckoning) return;
    const { hall, figures } = this._seen;
    const ahead = figures.outlook?.[key] ?? null;
    const verdict = verdictOf(hall, figures, key);
    this._keys.forEach((one) => one.draw(key, hall.advices.has(one.key)));
    this._verdict.dataset.verdict = verdict;
    say(this._verdict, verdictWords(verdict, figures, key));
    const sight = ahead && { key, slots: figures.history[key] ?? [], ahead };
    this._forecasts.forEach((card) => card.draw(sight));
    this._whatIf.draw({ key, reckoning, currency: hall.branch.currency });
    this._policies.draw(key, hall.branch.policies?.[key].policy ?? "", ahead);
    this._drawCurve();
  }

  _drawCurve() {
    const { _key: key, _seen: seen, _curve: card } = this;
    const reckoning = seen?.figures.advice_table[key];
    const policy = seen?.hall.branch.policies?.[key];
    if (!seen || !reckoning || !policy) return;
    const view = this._costs(reckoning, seen, policy);
    const supposes = view.supposed !== null;
    card.translate(t(supposes ? "manager.curve.supposed" : "manager.curve.title"));
    card.element.dataset.supposed = String(supposes);
    if (card.showsTable) card.fillTable(costTable(view));
    else fill(card.drawing, costCurve(view));
  }

  /**
   * As it is, or as it would be if what is supposed were so.
   * @param {import("./figures.js").Reckoning} reckoning
   * @param {{hall: HallState, figures: Figures}} seen
   * @param {import("../shared/types.js").ClassPolicy} policy
   * @returns {import("./cost_marks.js").CostView}
   */
  _costs({ table, rates, optimum }, { hall, figures }, policy) {
    const shared = { now: rates.open_counters, policy, currency: hall.branch.currency };
    const answer = this._whatIf.answerOf(this._key);
    if (answer) return { ...shared, table: answer.table, supposed: answer.counters, advised: null, best: null };
    const advised = figures.outlook?.[this._key]?.advised ?? null;
    return { ...shared, table, supposed: null, advised, best: optimum };
  }
}

/** A radio button: arrow keys go from class to class. */
class ClassKey {
  /**
   * @param {string} key
   * @param {() => void} chosen
   */
  constructor(key, chosen) {
    this.key = key;
    this._input = el("input", { type: "radio", name: "ahead", class: "unseen", onchange: chosen });
    this._name = el("span", null);
    this._note = el("i", { class: "ahead__note" });
    this.element = el("label", { class: "ahead__key", "data-class": key }, this._input, this._name, this._note);
  }

  translate() {
    say(this._name, classWords(this.key));
    this._note.title = t("manager.ahead.has_advice");
  }

  /**
   * @param {string} shown
   * @param {boolean} advised
   */
  draw(shown, advised) {
    this._input.checked = shown === this.key;
    this._note.hidden = !advised;
  }
}
