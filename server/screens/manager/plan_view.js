/** The day's plan: how many counters of each class at which time, to be changed and kept. */

import { may, t } from "../shared/boot.js";
import { clockTime } from "../shared/clock.js";
import { el, find, say } from "../shared/dom.js";
import { toastsIn } from "../staff/toasts.js";
import { ClassPicker } from "./plan_classes.js";
import { DayPicker, daysFrom } from "./plan_days.js";
import { PlanDesk } from "./plan_desk.js";
import { PlanEditor } from "./plan_editor.js";
import { asExpected } from "./plan_outcome.js";
import { PlanSide } from "./plan_side.js";
import { WhatIf } from "./plan_what_if.js";

/** @typedef {import("../shared/live.js").LiveHall} LiveHall */

export class PlanView {
  constructor() {
    /** @type {LiveHall | null} */
    this._live = null;
    this._drawnAt = "";
    this._desk = new PlanDesk(() => this._redraw(), (problem) => this._refuse(problem.sentence()));
    this._days = new DayPicker((day) => this._goTo(day));
    this._ifs = new WhatIf(() => this._conditions());
    this._classes = new ClassPicker((key) => this._choose(key));
    const undo = () => this._change((draft) => draft.undo());
    this._editor = new PlanEditor({
      begin: () => this._desk.draft?.begin(),
      set: (at, counters) => this._change((draft) => draft.set(at, counters)),
      undo,
    });
    this._side = new PlanSide({ save: () => this._desk.save(), undo, take: () => this._takeBeside() });
    this._ifs.element.hidden = !may("make_plan");
    const bar = el("div", { class: "plan__bar" }, this._days.element, this._ifs.element);
    this._words = el("p", { class: "plan__words panel" });
    this._body = el("div", { class: "plan__body" }, this._editor.element, this._side.element);
    this.element = el("section", { class: "plan" }, bar, this._classes.element, this._words, this._body);
  }

  /**
   * Another manager may have kept a plan meanwhile: what has not been changed here is read anew.
   * @param {LiveHall} live
   */
  show(live) {
    this._live = live;
    this._goTo(this._desk.day || this._firstDay(live));
  }

  translate() {
    if (this._live) this._redraw();
  }

  /**
   * The picture changes with the time only where a half-hour ends or a day does.
   * @param {LiveHall} live
   */
  draw(live) {
    const { branch } = live.hall;
    const now = live.clock.now();
    const [today] = daysFrom(branch, now);
    if (this._desk.day && this._desk.day < today.day) this._goTo(this._firstDay(live));
    const drawnAt = `${today.day} ${this._nowSlot(live)}`;
    if (drawnAt !== this._drawnAt) this._redraw();
    this._drawnAt = drawnAt;
  }

  /** @param {string} day */
  _goTo(day) {
    if (day !== this._desk.day) this._editor.begin();
    this._desk.load(day);
  }

  /** @param {string} key */
  _choose(key) {
    this._desk.key = key;
    this._editor.begin();
    this._conditions();
  }

  /** @param {(draft: import("./plan_draft.js").Draft) => unknown} how */
  _change(how) {
    const { draft } = this._desk;
    if (!draft || !may("make_plan")) return;
    how(draft);
    this._desk.changed();
  }

  _takeBeside() {
    const beside = this._desk.shown?.pair.beside;
    if (beside) this._change((draft) => draft.take(beside.counters));
  }

  _conditions() {
    const { draft, key } = this._desk;
    this._ifs.limit(key === "self_service", draft?.plan.people ?? 1);
    this._desk.conditions = this._ifs.conditions;
    this._desk.changed();
  }

  _redraw() {
    const { _live: live, _desk: desk } = this;
    if (!live) return;
    const { branch } = live.hall;
    const { draft, shown, key } = desk;
    this._days.draw(daysFrom(branch, live.clock.now()), desk.day, (day) => desk.unsaved(day));
    this._ifs.draw();
    this._classes.draw(desk.drafts, key, branch.currency);
    const empty = !draft || draft.counters.length === 0;
    this._words.hidden = !empty;
    this._body.hidden = empty;
    say(this._words, t(desk.plan ? "manager.plan.no_counters" : "manager.plan.asking"));
    if (empty || !shown) return;
    const expected = asExpected(desk.conditions);
    const besideWords = t(expected ? "manager.plan.recommended" : "manager.plan.mended");
    const common = { key, draft, pair: shown.pair, besideWords };
    const { arrivals_factor: arrivalsFactor } = desk.conditions;
    const about = { pending: shown.pending, arrivalsFactor, currency: branch.currency };
    this._editor.draw({ ...common, ...about, times: this._times(), now: this._nowSlot(live) });
    this._side.draw({ ...common, expected, branch, saving: desk.saving });
  }

  /** @returns {string[]} when each half-hour begins, and when the last one ends */
  _times() {
    const { plan, draft } = this._desk;
    if (!plan || !draft) return [];
    const opens = minutesOf(plan.opens);
    return Array.from({ length: draft.counters.length + 1 }, (_, at) => timeOf(opens + at * plan.slot_min));
  }

  /**
   * @param {LiveHall} live
   * @returns {number | null} the half-hour that is under way, if it is one of the day that is shown
   */
  _nowSlot({ hall, clock }) {
    const { plan } = this._desk;
    const [today] = daysFrom(hall.branch, clock.now());
    if (!plan || plan.day !== today.day) return null;
    const at = (minutesOf(clockTime(clock.now(), hall.branch.time_zone)) - minutesOf(plan.opens)) / plan.slot_min;
    return at >= 0 && at < this._times().length - 1 ? Math.floor(at) : null;
  }

  /**
   * Today while it can still be acted on, else the next day on which the branch opens.
   * @param {LiveHall} live
   */
  _firstDay({ hall, clock }) {
    const { branch } = hall;
    const days = daysFrom(branch, clock.now());
    const over = minutesOf(clockTime(clock.now(), branch.time_zone)) >= minutesOf(branch.closes);
    const chosen = days.find(({ open }, ahead) => open && (ahead > 0 || !over));
    return (chosen ?? days[0]).day;
  }

  /** @param {string} sentence */
  _refuse(sentence) {
    toastsIn(find("#toasts")).refuse(sentence);
  }
}

/** @param {string} time  "08:30" or "08:30:00" */
function minutesOf(time) {
  const [hours, minutes] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

/** @param {number} minutes */
function timeOf(minutes) {
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return `${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}`;
}
