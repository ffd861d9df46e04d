/** Which class of counters is planned; each says in a word how its plan stands. */

import { t } from "../shared/boot.js";
import { el, fill, say } from "../shared/dom.js";
import { classWords } from "./advice_words.js";
import { minutesWords, money } from "./numbers.js";

/** @typedef {import("./plan_draft.js").Draft} Draft */

export class ClassPicker {
  /** @param {(key: string) => void} choose */
  constructor(choose) {
    this._choose = choose;
    /** @type {Map<string, HTMLButtonElement>} */
    this._buttons = new Map();
    this.element = el("div", { class: "plan__classes", role: "group" });
  }

  /**
   * @param {Map<string, Draft>} drafts
   * @param {string} chosen
   * @param {string} currency
   */
  draw(drafts, chosen, currency) {
    this.element.setAttribute("aria-label", t("manager.plan.class"));
    if ([...drafts.keys()].join() !== [...this._buttons.keys()].join()) this._build([...drafts.keys()]);
    for (const [key, draft] of drafts) {
      const button = /** @type {HTMLButtonElement} */ (this._buttons.get(key));
      const { evaluation, saved } = draft.plan;
      const state = draft.changed ? "unsaved" : saved ? "own" : "as_recommended";
      const figures = { wait: minutesWords(evaluation.wait_min), cost: money(evaluation.cost, currency) };
      const [name, told] = button.children;
      say(name, classWords(key));
      // The figures are those of the plan that is kept: beside a changed one they would mislead.
      const kept = draft.changed ? [] : [t("manager.plan.class_figures", figures)];
      const words = state === "as_recommended" ? kept : [t(`manager.plan.${state}`), ...kept];
      say(told, words.join(" · "));
      button.dataset.state = state;
      button.setAttribute("aria-pressed", String(key === chosen));
    }
  }

  /** @param {string[]} keys */
  _build(keys) {
    const made = keys.map((key) => {
      const button = el("button", { class: "plan__class", type: "button", "data-class": key }, el("b", null), el("span", null));
      button.onclick = () => this._choose(key);
      return /** @type {[string, HTMLButtonElement]} */ ([key, button]);
    });
    this._buttons = new Map(made);
    fill(this.element, [...this._buttons.values()]);
  }
}
