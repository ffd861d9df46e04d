/** What lies on the manager's desk: the plans of each day as far as they have been changed, and what they would give. */

import { Refused } from "../shared/api.js";
import { AS_EXPECTED, keepPlan, outcomeOf, planOf } from "./plan_calls.js";
import { Draft } from "./plan_draft.js";
import { askedPair, knownPair } from "./plan_outcome.js";

/** @typedef {import("./plan_outcome.js").Pair} Pair */

// Dragging sets several half-hours a second: only what the hand comes to rest on is asked for.
const REST_MS = 120;
const AGAIN_MS = 3000;

export class PlanDesk {
  /**
   * @param {() => void} changed
   * @param {(problem: Refused) => void} refused
   */
  constructor(changed, refused) {
    this._tell = changed;
    this._refused = refused;
    this.day = "";
    this.key = "";
    this.conditions = { ...AS_EXPECTED };
    this.saving = false;
    /** @type {Map<string, {plan: import("./plan_calls.js").DayPlan, drafts: Map<string, Draft>}>} */
    this._days = new Map();
    /** @type {{question: string, pair: Pair} | null} */
    this._answer = null;
    this._asking = "";
    this._away = false;
    this._timer = 0;
  }

  get plan() {
    return this._days.get(this.day)?.plan ?? null;
  }

  /** @returns {Map<string, Draft>} */
  get drafts() {
    return this._days.get(this.day)?.drafts ?? new Map();
  }

  /** @returns {Draft | null} */
  get draft() {
    return this.drafts.get(this.key) ?? null;
  }

  /**
   * Whether something of that day has not been kept.
   * @param {string} day
   */
  unsaved(day) {
    return [...(this._days.get(day)?.drafts.values() ?? [])].some((draft) => draft.changed);
  }

  /**
   * The two plans to be shown, if need be those of the last answer.
   * @returns {{pair: Pair, pending: boolean} | null}
   */
  get shown() {
    const { draft } = this;
    const known = draft && knownPair(draft, this.conditions);
    if (known) return { pair: known, pending: false };
    const question = this._question();
    if (this._answer?.question === question) return { pair: this._answer.pair, pending: false };
    const last = draft && this._last(draft);
    return last ? { pair: last, pending: true } : null;
  }

  /** @param {string} day */
  async load(day) {
    this.day = day;
    this._tell();
    try {
      this._take(await planOf(day));
      this._away = false;
    } catch (problem) {
      this._failAndAskAgain(problem, () => this.day === day && this.load(day));
    }
    this.changed();
  }

  /** Something is otherwise: it is shown at once, and what it gives as soon as that is known. */
  changed() {
    if (!this.drafts.has(this.key)) this.key = this.drafts.keys().next().value ?? "";
    const { draft } = this;
    if (draft && !knownPair(draft, this.conditions) && this._answer?.question !== this._question()) {
      clearTimeout(this._timer);
      this._timer = setTimeout(() => this._ask(), REST_MS);
    }
    this._tell();
  }

  /** Keeps the plan on the table; the recommended one is kept by keeping none of one's own. */
  async save() {
    const { day, key, draft } = this;
    if (!draft || this.saving) return;
    this.saving = true;
    this._tell();
    try {
      draft.settle(await keepPlan(day, key, draft.isRecommended ? null : draft.counters));
    } catch (problem) {
      this._fail(problem);
    }
    this.saving = false;
    this.changed();
  }

  async _ask() {
    const { day, key, draft, conditions } = this;
    const question = this._question();
    if (!draft || this._asking === question) return;
    this._asking = question;
    try {
      const outcome = await outcomeOf(day, key, draft.counters, conditions);
      // An answer to what was asked before the last change would show figures of another plan.
      if (question === this._question()) this._answer = { question, pair: askedPair(draft, conditions, outcome) };
      this._away = false;
    } catch (problem) {
      this._failAndAskAgain(problem, () => this.changed());
    }
    this._asking = "";
    this._tell();
  }

  _question() {
    return JSON.stringify([this.day, this.key, this.draft?.counters, this.conditions]);
  }

  /**
   * Until an answer comes, the figures of the plan as it was a moment ago; of another class they would mislead.
   * @param {Draft} draft
   */
  _last(draft) {
    const before = this._answer && JSON.parse(this._answer.question);
    if (this._answer && before[0] === this.day && before[1] === this.key) return this._answer.pair;
    const { counters, evaluation, people, shifts } = draft.plan;
    const own = { counters, evaluation, people, shifts };
    return { own, left: draft.counters, beside: own };
  }

  /** @param {import("./plan_calls.js").DayPlan} plan */
  _take(plan) {
    const drafts = this._days.get(plan.day)?.drafts ?? new Map();
    for (const [key, found] of Object.entries(plan.classes)) {
      const draft = drafts.get(key);
      if (draft) draft.renew(found);
      else drafts.set(key, new Draft(found));
    }
    this._days.set(plan.day, { plan, drafts });
  }

  /**
   * Where the server does not answer, that is said once, and it is asked again until it does.
   * @param {unknown} problem
   * @param {() => unknown} again
   */
  _failAndAskAgain(problem, again) {
    const away = problem instanceof Refused && (problem.status === 0 || problem.status === 503);
    if (!away || !this._away) this._fail(problem);
    this._away = away;
    if (away) setTimeout(again, AGAIN_MS);
  }

  /** @param {unknown} problem */
  _fail(problem) {
    if (!(problem instanceof Refused)) throw problem;
    this._refused(problem);
  }
}
