/** A plan while it is being changed: what is on the table, what is kept, and the way back. */

/** @typedef {import("./plan_calls.js").ClassPlan} ClassPlan */

export class Draft {
  /** @param {ClassPlan} plan */
  constructor(plan) {
    this.plan = plan;
    this.counters = [...plan.counters];
    /** @type {number[][]} */
    this._before = [];
  }

  /** Whether it differs from what the server keeps. */
  get changed() {
    return !same(this.counters, this.plan.counters);
  }

  get isRecommended() {
    return same(this.counters, this.plan.recommended);
  }

  get canUndo() {
    return this._before.length > 0;
  }

  /** Begins one change: all until the next beginning is taken back together. */
  begin() {
    const last = this._before[this._before.length - 1];
    if (!last || !same(last, this.counters)) this._before.push([...this.counters]);
  }

  /**
   * @param {number} at  which half-hour
   * @param {number} wanted
   * @returns {boolean} whether that changed anything
   */
  set(at, wanted) {
    const number = Math.min(Math.max(wanted, this.plan.least), this.plan.most);
    if (this.counters[at] === number) return false;
    this.counters[at] = number;
    return true;
  }

  /**
   * Another plan as a whole, as far as the limits let it.
   * @param {number[]} counters
   */
  take(counters) {
    this.begin();
    counters.forEach((number, at) => this.set(at, number));
  }

  undo() {
    while (this._before.length > 0) {
      const before = /** @type {number[]} */ (this._before.pop());
      if (same(before, this.counters)) continue;
      this.counters = before;
      return;
    }
  }

  /**
   * The server's newest. What has been changed here and not been kept stays on the table.
   * @param {ClassPlan} plan
   */
  renew(plan) {
    const kept = !this.changed;
    const fits = plan.counters.length === this.counters.length;
    this.plan = plan;
    if (!kept && fits) return;
    this.counters = [...plan.counters];
    this._before = [];
  }

  /**
   * It has been kept as `plan`.
   * @param {ClassPlan} plan
   */
  settle(plan) {
    this.plan = plan;
    this.counters = [...plan.counters];
  }
}

/**
 * @param {number[]} a
 * @param {number[]} b
 */
export function same(a, b) {
  return a.length === b.length && a.every((value, at) => value === b[at]);
}
