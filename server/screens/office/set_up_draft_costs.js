/** What a draft of a class's costs would ask for, as the server reckons it: asked where typing rests, newest answer only. */

import { question, Refused } from "../shared/api.js";

/** @typedef {"busiest" | "now" | "expected"} Source */

/**
 * @typedef {{source: Source, arrivals_per_hour: number, service_min: number, weekday: number | null,
 *   begins: string | null, days: number | null}} KnownRates
 *
 * @typedef {{servers: number, cost: number | null, wait_min: number | null, keeps_up: boolean}} Row
 *
 * @typedef {Object} Told
 * @property {number} arrivals_per_hour
 * @property {number} service_min
 * @property {Row[]} table
 * @property {{source: Source, known: KnownRates[], asks_for: number | null, in_force: number | null,
 *   opening: {cost: number, opens_at: number | null, opens_at_if_free: number | null} | null}} draft
 *
 * @typedef {Object} Wish  at which rates
 * @property {Source} rates
 * @property {number | null} arrivals  in place of those known
 *
 * @typedef {Record<string, any>} Costs  of a class, under the names of the set-up
 *
 * @typedef {Object} Asked
 * @property {Costs} costs
 * @property {number} there  counters of the class in the draft
 * @property {Wish} wish
 *
 * @typedef {Asked & {told: Told}} Answer
 */

const REST_MS = 250;
const AGAIN_MS = 3000;

/** What the server takes, so that it is not asked what it would refuse. @type {Record<string, [number, number]>} */
const BOUNDS = {
  counter_cost: [0.01, 100000],
  waiting_cost: [0.01, 100000],
  expected_service_min: [0.1, 240],
  expected_arrivals_per_hour: [0, 2000],
};
/** @type {Record<string, [number, number]>} */
const MAY_BE = { opening_cost: [0, 100000], min_counters: [0, 200] };

/**
 * The class as the server is asked about it; null while something in it is missing or beyond all bounds.
 * @param {Costs | undefined} costs  as they stand in the document
 * @returns {Costs | null}
 */
export function askable(costs) {
  /** @type {Costs} */
  const found = costs?.policy ? { policy: costs.policy } : {};
  for (const [key, [least, most]] of Object.entries({ ...BOUNDS, ...MAY_BE })) {
    const value = costs?.[key];
    if (key in MAY_BE && (value === undefined || value === null)) continue;
    if (!(value >= least && value <= most)) return null;
    found[key] = value;
  }
  return found;
}

export class DraftCosts {
  /**
   * @param {string} branch
   * @param {string} key  the class
   * @param {{answered: () => void, isSeen: () => boolean}} hands
   */
  constructor(branch, key, { answered, isSeen }) {
    this._path = `branches/${encodeURIComponent(branch)}/what-if`;
    this._key = key;
    this._answered = answered;
    this._isSeen = isSeen;
    /** @type {Answer | null} */
    this.answer = null;
    /** Why there is no newer answer. @type {string | null} */
    this.problem = null;
    this._wanted = "";
    this._asked = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this._timer = undefined;
  }

  /** @param {Asked} asked */
  ask(asked) {
    const wanted = JSON.stringify(asked);
    if (wanted === this._wanted) return;
    this._wanted = wanted;
    this._askIn(this.answer ? REST_MS : 0, asked);
  }

  /** What is on its way is forgotten, and the next question is asked even if it is the same. */
  stop() {
    clearTimeout(this._timer);
    this._wanted = "";
    this._asked += 1;
    this.problem = null;
  }

  /**
   * @param {number} ms
   * @param {Asked} asked
   */
  _askIn(ms, asked) {
    clearTimeout(this._timer);
    this._asked += 1;
    this._timer = setTimeout(() => this._askNow(asked), ms);
  }

  /** @param {Asked} asked */
  async _askNow(asked) {
    if (!this._isSeen()) return this.stop();
    const mine = this._asked;
    const { costs, there, wish } = asked;
    const draft = { ...costs, counters: there, rates: wish.rates, arrivals_per_hour: wish.arrivals };
    try {
      const told = await question(this._path, { counter_class: this._key, draft });
      if (mine !== this._asked) return;
      this.answer = { ...asked, told };
      this.problem = null;
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      if (mine !== this._asked) return;
      this.problem = problem.sentence();
      // A server that is away comes back; what it refuses by its rules it would refuse again.
      if ([0, 429, 503].includes(problem.status)) this._askIn(AGAIN_MS, asked);
    }
    this._answered();
  }
}
