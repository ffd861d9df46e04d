/** The line to the server: the newest view of one ticket, and a warning as soon as it may no longer be true. */

import { get, Refused } from "/screens/shared/api.js";
import { boot } from "/screens/shared/boot.js";
import { ServerClock } from "/screens/shared/clock.js";
import { PhoneSocket } from "./socket.js";

/** @typedef {import("./types.js").PhoneView} PhoneView */
/** @typedef {"connecting" | "live" | "stale" | "refused"} Status */

// Something comes every second. The sign is up before the third second of silence has passed.
const SILENCE_MS = 2500;
const CHECK_EVERY_MS = 200;
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5000;
// Where a proxy lets no socket through but answers, questions keep the page true, often enough that no sign flickers.
const QUESTION_EVERY_MS = 2000;

export class PhoneLine {
  /** @param {() => void} changed  told of every new view and every new status */
  constructor(changed) {
    /** @type {PhoneView | null} */
    this.view = null;
    this.clock = new ServerClock(boot.now, boot.speed);
    /** @type {Status} */
    this.status = "connecting";
    /** When the view was last known to be true, in server time. */
    this.knownAt = Date.parse(boot.now);
    this._changed = changed;
    this._heardAt = { running: performance.now(), wall: Date.now() };
    /** @type {PhoneSocket | null} */
    this._socket = null;
    this._failures = 0;
    this._retryAt = 0;
    this._answered = false;
    this._asking = false;
    this._over = false;
    this._timer = setInterval(() => this._watch(), CHECK_EVERY_MS);
    this._hurry = () => {
      this._retryAt = 0;
      if (this.status === "refused") this._ask();
      this._watch();
    };
    // A phone in a pocket has slow timers, or none: look again the moment it is taken out, or has a network.
    document.addEventListener("visibilitychange", this._hurry);
    window.addEventListener("online", this._hurry);
    this._ask();
    this._connect();
  }

  /** Lets go for good: another ticket's link was opened in this tab. */
  stop() {
    this._over = true;
    clearInterval(this._timer);
    document.removeEventListener("visibilitychange", this._hurry);
    window.removeEventListener("online", this._hurry);
    this._drop();
  }

  /**
   * The answer to a command; a newer view may have come on the socket meanwhile.
   * @param {PhoneView} view
   */
  take(view) {
    if (this.view === null || view.seq >= this.view.seq) this._hear(view.now, undefined, view);
  }

  /** While a phone sleeps one clock may stand still and the other be set: the one that saw more time is right. */
  _silentFor() {
    return Math.max(performance.now() - this._heardAt.running, Date.now() - this._heardAt.wall);
  }

  _watch() {
    if (this.status === "refused") return;
    const now = performance.now();
    if (this._silentFor() >= SILENCE_MS) {
      this._setStatus(this.view === null ? "connecting" : "stale");
      if (this._socket && this._socket.isDead(now, SILENCE_MS)) this._lost(0, false);
    }
    if (!this._socket && now >= this._retryAt) this._connect();
  }

  _connect() {
    this._drop();
    this._socket = new PhoneSocket({
      view: (view, speed) => this._hear(view.now, speed, view),
      beat: (now, speed) => this._hear(now, speed, null),
      closed: (afterMs, refused) => this._lost(afterMs, refused),
    });
  }

  _drop() {
    if (this._socket) this._socket.abandon();
    this._socket = null;
  }

  /**
   * Plans the next attempt, and asks meanwhile: a closed socket does not say whether the ticket is still known.
   * @param {number} afterMs  what the server asked for
   * @param {boolean} refused
   */
  _lost(afterMs, refused) {
    this._drop();
    this._failures += 1;
    const longest = this._answered ? QUESTION_EVERY_MS : LONGEST_RETRY_MS;
    const backOff = Math.min(longest, FIRST_RETRY_MS * Math.pow(2, this._failures));
    this._retryAt = performance.now() + afterMs + backOff * (0.5 + Math.random() / 2);
    if (refused || this._failures > 1) this._ask();
  }

  async _ask() {
    if (this._asking || this._over) return;
    this._asking = true;
    try {
      const view = await get("phone");
      this._answered = true;
      if (!this._over) this.take(view);
    } catch (error) {
      this._answered = false;
      if (!(error instanceof Refused)) throw error;
      if (error.status === 401 && !this._over) this._shutOut();
    } finally {
      this._asking = false;
    }
  }

  /** The ticket is unknown, or of another day; asking again changes nothing until somebody looks again. */
  _shutOut() {
    this._drop();
    this._setStatus("refused");
  }

  /**
   * @param {string} now
   * @param {number | undefined} speed
   * @param {PhoneView | null} view  none in a mere sign of life
   */
  _hear(now, speed, view) {
    this._heardAt = { running: performance.now(), wall: Date.now() };
    this.clock.set(now, speed === undefined ? this.clock.speed : speed);
    this.knownAt = Date.parse(now);
    if (this._socket && this._socket.heard) this._failures = 0;
    if (view !== null) {
      this.view = view;
      boot.branch_id = view.branch.id;
      this.status = "live";
      this._changed();
    } else if (this.view !== null) {
      this._setStatus("live");
    }
  }

  /** @param {Status} status */
  _setStatus(status) {
    if (status === this.status) return;
    this.status = status;
    this._changed();
  }
}
