/** What someone who joined each queue now would find: asked for every few seconds, unknown while nobody answers. */

import { branchPath, get } from "./api.js";

/** @typedef {import("./types.js").Offer} Offer */

const ASK_EVERY_MS = 10000;
// After a change in the hall the figures are asked for anew, but not once for every ticket of a rush.
const SOONEST_MS = 1500;

export class Offers {
  /** @param {import("./live.js").LiveHall} live */
  constructor(live) {
    this._live = live;
    /** @type {Map<string, Offer> | null} */
    this._offers = null;
    /** @type {Set<() => void>} */
    this._listeners = new Set();
    this._dueAt = 0;
    this._asking = false;
    this._askedAt = -Infinity;
  }

  start() {
    this._live.onChange(() => (this._dueAt = Math.min(this._dueAt, this._askedAt + SOONEST_MS)));
    this._live.onStatus((status) => {
      if (status === "stale") this._learn(null);
      this._dueAt = 0;
    });
    setInterval(() => this._askIfDue(), 500);
    this._askIfDue();
    return this;
  }

  /** Whether the server answers: it may do so while the socket does not get through. */
  get known() {
    return this._offers !== null;
  }

  /** @param {string} queueId */
  of(queueId) {
    return (this._offers && this._offers.get(queueId)) || null;
  }

  /** @param {() => void} listener */
  onChange(listener) {
    this._listeners.add(listener);
  }

  async _askIfDue() {
    if (this._asking || performance.now() < this._dueAt) return;
    this._asking = true;
    this._askedAt = performance.now();
    this._dueAt = this._askedAt + ASK_EVERY_MS;
    try {
      const answer = await get(branchPath("waits"));
      /** @type {Offer[]} */
      const queues = answer.queues;
      this._learn(new Map(queues.map((offer) => /** @type {[string, Offer]} */ ([offer.queue_id, offer]))));
    } catch (refused) {
      this._learn(null);
    }
    this._asking = false;
  }

  /** @param {Map<string, Offer> | null} offers */
  _learn(offers) {
    if (offers === null && this._offers === null) return;
    this._offers = offers;
    this._listeners.forEach((listener) => listener());
  }
}
