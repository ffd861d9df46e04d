/** Beside the picture of a plan: what it comes to, and what can be done with it. */

import { may, t } from "../shared/boot.js";
import { calendarDay, clockTime } from "../shared/clock.js";
import { language } from "../shared/boot.js";
import { el, fill, say } from "../shared/dom.js";
import { planFigures } from "./plan_figures.js";

/**
 * @typedef {Object} SideView
 * @property {string} key
 * @property {import("./plan_draft.js").Draft} draft
 * @property {import("./plan_outcome.js").Pair} pair
 * @property {boolean} expected  the day is as expected: the plan beside is the recommended one
 * @property {string} besideWords
 * @property {import("../shared/types.js").Branch} branch
 * @property {boolean} saving
 *
 * @typedef {{save: () => void, undo: () => void, take: () => void}} Keys
 */

export class PlanSide {
  /** @param {Keys} keys */
  constructor(keys) {
    this._title = el("h2", { class: "plan__label" });
    this._figures = el("dl", { class: "plan__figures" });
    this._state = el("p", { class: "plan__state", role: "status" });
    this._save = el("button", { class: "button button--primary", type: "button", onclick: keys.save });
    this._take = el("button", { class: "button", type: "button", onclick: keys.take });
    this._undo = el("button", { class: "button", type: "button", onclick: keys.undo });
    const buttons = el("div", { class: "plan__keys", hidden: !may("make_plan") }, this._save, this._take, this._undo);
    this._note = el("p", { class: "plan__note" });
    const parts = [this._title, this._figures, this._state, buttons, this._note];
    this.element = el("aside", { class: "plan__side panel" }, parts);
  }

  /** @param {SideView} view */
  draw({ key, draft, pair, expected, besideWords, branch, saving }) {
    const machines = key === "self_service";
    this.element.dataset.class = key;
    say(this._title, t(expected ? "manager.plan.comes_to" : "manager.plan.comes_to_if"));
    fill(this._figures, planFigures(pair.own, pair.beside, { currency: branch.currency, machines, besideWords }));
    say(this._state, stateWords(draft, branch));
    say(this._save, t("manager.plan.save"));
    say(this._take, t(expected ? "manager.plan.take_recommended" : "manager.plan.take_mended"));
    say(this._undo, t("manager.plan.undo"));
    this._save.disabled = saving || !draft.changed;
    this._undo.disabled = !draft.canUndo;
    this._take.disabled = draft.counters.every((number, at) => number === pair.beside.counters[at]);
    const days = draft.plan.from_history;
    say(this._note, days ? t("manager.plan.learnt", { n: days }) : t("manager.plan.not_learnt"));
  }
}

/**
 * @param {import("./plan_draft.js").Draft} draft
 * @param {import("../shared/types.js").Branch} branch
 */
function stateWords(draft, branch) {
  const { saved } = draft.plan;
  if (draft.changed) return t("manager.plan.state_unsaved");
  if (!saved) return t("manager.plan.state_recommended");
  const at = Date.parse(saved.at);
  const when = { day: calendarDay(at, branch.time_zone, language()), time: clockTime(at, branch.time_zone) };
  return t("manager.plan.state_saved", { by: saved.by, ...when });
}
