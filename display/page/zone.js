/** The part of the hall that this screen stands in: some queues, some counters, or all of it. */

import { waiting } from "/screens/shared/hall_state.js";

/** @typedef {import("/screens/shared/types.js").Call} Call */
/** @typedef {import("/screens/shared/types.js").Counter} Counter */
/** @typedef {import("/screens/shared/types.js").Queue} Queue */
/** @typedef {import("/screens/shared/hall_state.js").HallState} HallState */

export class Zone {
  /** @param {import("./wishes.js").Wishes} wishes */
  constructor(wishes) {
    /** @type {Set<string>} */
    this._queues = new Set();
    /** @type {Set<string>} */
    this._counters = new Set();
    /** What the server knows it by: screens of one zone share one voice. */
    this.name = "";
    this.take(wishes);
  }

  /** @param {import("./wishes.js").Wishes} wishes */
  take(wishes) {
    const counters = wishes.layout === "counter" ? [wishes.counter] : wishes.counters;
    this._queues = new Set(wishes.queues);
    this._counters = new Set(counters.map(numberOf));
    this.name = [wishes.queues.slice().sort().join(","), counters.map(numberOf).sort().join(",")].join("/");
  }

  /** @param {Call} call */
  concerns(call) {
    if (this._counters.size > 0) return this._counters.has(String(call.counter_number));
    return this._queues.size === 0 || this._queues.has(call.queue_id);
  }

  /**
   * @param {HallState} hall
   * @returns {Call[]} the last calls of this zone, newest first
   */
  calls(hall) {
    return hall.recent_calls.filter((call) => this.concerns(call));
  }

  /**
   * @param {HallState} hall
   * @returns {Counter[]} by number
   */
  counters(hall) {
    const all = Array.from(hall.counters.values()).sort((a, b) => a.number - b.number);
    return all.filter((counter) => {
      if (this._counters.size > 0) return this._counters.has(String(counter.number));
      return this._queues.size === 0 || counter.profile.some((entry) => !entry.helps && this._queues.has(entry.queue_id));
    });
  }

  /**
   * The queues that people of this zone wait in, also one that was given up, until it is empty; counters alone bring those that they serve and do not merely help.
   * @param {HallState} hall
   * @returns {Queue[]}
   */
  queues(hall) {
    const all = Object.values(hall.branch.queues).filter((queue) => !queue.retired || waiting(hall, queue.id).length > 0);
    if (this._queues.size > 0) return all.filter((queue) => this._queues.has(queue.id));
    if (this._counters.size === 0) return all;
    const own = this.counters(hall).map((counter) => counter.profile.filter((entry) => !entry.helps));
    return all.filter((queue) => own.some((entries) => entries.some((entry) => entry.queue_id === queue.id)));
  }
}

/**
 * "main.3" and "3" are one counter.
 * @param {string} counter
 */
function numberOf(counter) {
  return counter.slice(counter.lastIndexOf(".") + 1);
}
