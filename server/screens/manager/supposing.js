/** What somebody supposes of each class, and the server's answer to the newest of it. */

import { branchPath, question, Refused } from "../shared/api.js";

/** @typedef {import("./figures.js").CostRow} CostRow */

/**
 * @typedef {Object} Supposed  arrivals and service in percent more than now; counters null: as many as now
 * @property {number | null} counters
 * @property {number} arrivals
 * @property {number} service
 *
 * @typedef {{counters: number, row: CostRow, table: CostRow[]}} Answer
 * @typedef {{supposed: Supposed, answer: Answer | null, refused: string | null}} Supposition
 */

const REST_MS = 200;
/** @type {Supposed} */
const NOTHING = { counters: null, arrivals: 0, service: 0 };

export class Supposing {
  /** @param {() => void} answered */
  constructor(answered) {
    this._answered = answered;
    /** @type {Map<string, Supposition>} */
    this._all = new Map();
    this._asked = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this._timer = undefined;
  }

  /**
   * @param {string} key  the class
   * @returns {Supposition}
   */
  of(key) {
    return this._all.get(key) ?? { supposed: NOTHING, answer: null, refused: null };
  }

  /** @param {string} key */
  isAny(key) {
    return this._all.has(key);
  }

  /**
   * @param {string} key
   * @param {Partial<Supposed>} change
   * @param {number} openNow
   */
  move(key, change, openNow) {
    const before = this.of(key);
    const supposed = { ...before.supposed, ...change };
    if (supposed.counters === openNow) supposed.counters = null;
    if (same(supposed, NOTHING)) {
      this.clear(key);
      return;
    }
    this._all.set(key, { ...before, supposed });
    this._askSoon(key, openNow);
  }

  /** @param {string} key */
  clear(key) {
    this._all.delete(key);
    this._asked += 1;
    clearTimeout(this._timer);
    this._answered();
  }

  /**
   * @param {string} key
   * @param {number} openNow
   */
  refresh(key, openNow) {
    if (this.isAny(key)) this._askSoon(key, openNow);
  }

  /**
   * A finger on its way passes many places: only where it rests is asked about.
   * @param {string} key
   * @param {number} openNow
   */
  _askSoon(key, openNow) {
    clearTimeout(this._timer);
    this._timer = setTimeout(() => this._ask(key, openNow), REST_MS);
  }

  /**
   * @param {string} key
   * @param {number} openNow
   */
  async _ask(key, openNow) {
    this._asked += 1;
    const mine = this._asked;
    const { supposed } = this.of(key);
    const counters = supposed.counters ?? Math.max(1, openNow);
    const factors = { arrivals_factor: 1 + supposed.arrivals / 100, service_factor: 1 + supposed.service / 100 };
    try {
      const { table } = await question(branchPath("what-if"), { counter_class: key, ...factors, counters });
      this._take(mine, key, { supposed, answer: { counters, row: table[counters - 1], table }, refused: null });
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      this._take(mine, key, { supposed, answer: null, refused: problem.sentence() });
    }
  }

  /**
   * Answers that were overtaken by another question are forgotten.
   * @param {number} mine
   * @param {string} key
   * @param {Supposition} found
   */
  _take(mine, key, found) {
    if (mine !== this._asked) return;
    this._all.set(key, found);
    this._answered();
  }
}

/**
 * @param {Supposed} a
 * @param {Supposed} b
 */
function same(a, b) {
  return a.counters === b.counters && a.arrivals === b.arrivals && a.service === b.service;
}
