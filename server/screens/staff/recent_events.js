/** What happened before the page was opened, and what happens from now on: each event once, in order. */

import { branchPath, get } from "../shared/api.js";

/** @typedef {import("../shared/types.js").HallEvent} HallEvent */

/**
 * @typedef {Object} Hearer
 * @property {(event: HallEvent) => void} hear
 * @property {() => void} forget  another history has begun
 * @property {() => void} heard  after each lot of events
 */

const LOOK_BACK = 1000;
const PAGE = 500;

export class RecentEvents {
  /**
   * @param {import("../shared/live.js").LiveHall} live
   * @param {Hearer} hearer
   */
  constructor(live, hearer) {
    this._live = live;
    this._hearer = hearer;
    this._epoch = live.hall.epoch;
    this._seq = Math.max(0, live.hall.seq - LOOK_BACK);
    this._fetching = false;
    live.onChange((_hall, events) => this._changed(events));
    this._fetch();
  }

  /** @param {HallEvent[]} events */
  _changed(events) {
    if (this._live.hall.epoch !== this._epoch) {
      this._epoch = this._live.hall.epoch;
      this._seq = Math.max(0, this._live.hall.seq - LOOK_BACK);
      this._hearer.forget();
    }
    // A frame that follows what is known needs no question; after a snapshot, the log tells what lies between.
    if (!this._fetching && events.length > 0 && events[0].seq === this._seq + 1) this._take(events);
    else this._fetch();
  }

  async _fetch() {
    if (this._fetching) return;
    this._fetching = true;
    try {
      while (this._seq < this._live.hall.seq) {
        const path = branchPath(`events?after=${this._seq}&limit=${PAGE}`);
        const { events } = await get(path);
        if (events.length === 0) break;
        this._take(events);
      }
    } catch {
      // The server is away. The next change tries again; no key depends on what is missing.
    } finally {
      this._fetching = false;
    }
  }

  /** @param {HallEvent[]} events */
  _take(events) {
    events.forEach(this._hearer.hear);
    this._seq = events[events.length - 1].seq;
    this._hearer.heard();
  }
}
