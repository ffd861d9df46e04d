/** The hall, live: a snapshot that every frame from the server moves on, and a warning as soon as frames stop. */

import { boot } from "./boot.js";
import { ServerClock } from "./clock.js";
import { applied, hallFrom } from "./hall_state.js";
import { LiveSocket } from "./live_socket.js";
import { renewIfRefused } from "./renewal.js";

/** @typedef {import("./hall_state.js").HallState} HallState */
/** @typedef {import("./types.js").HallEvent} HallEvent */
/** @typedef {"connecting" | "live" | "stale"} Status */

// Frames come every second. The sign is up before the third second of silence has passed.
const SILENCE_MS = 2500;
const CHECK_EVERY_MS = 200;
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5000;
const DEVICES = new Set(["kiosk", "display", "machine"]);

/**
 * The screen's copy of the hall. Listeners hear of every change; `events` is empty after a snapshot, when anything
 * may have changed.
 */
export class LiveHall {
  constructor() {
    this.hall = hallFrom(boot.snapshot);
    this.clock = new ServerClock(boot.now, boot.speed);
    /** @type {Status} */
    this.status = "connecting";
    this.lastFrameAt = performance.now();
    /** Whether the server is there but no longer accepts this screen: then waiting does not help. */
    this.refused = false;
    /** While somebody else takes this place, the word of whoever leaves it is refused, and that means nothing. */
    this.changing = false;
    this._audience = { staff: !DEVICES.has(boot.actor.kind) };
    /** @type {Set<(hall: HallState, events: HallEvent[]) => void>} */
    this._changeListeners = new Set();
    /** @type {Set<(status: Status) => void>} */
    this._statusListeners = new Set();
    /** @type {LiveSocket | null} */
    this._socket = null;
    this._failures = 0;
    this._retryAt = 0;
  }

  /** Opens the socket, and keeps one open from now on. */
  start() {
    setInterval(() => this._watch(), CHECK_EVERY_MS);
    // Browsers slow the timers of hidden pages: look again the moment the page is seen or the network is back.
    document.addEventListener("visibilitychange", () => this._watch());
    window.addEventListener("online", () => this._hurry());
    this._connect();
    return this;
  }

  /** The page has another word for the server: the socket says it from now on. */
  renew() {
    this._failures = 0;
    this._setRefused(false);
    this._connect();
  }

  /** Seconds, real ones, since the server was last heard. */
  silentFor() {
    return (performance.now() - this.lastFrameAt) / 1000;
  }

  /**
   * @param {(hall: HallState, events: HallEvent[]) => void} listener
   * @returns {() => void} stops listening
   */
  onChange(listener) {
    this._changeListeners.add(listener);
    return () => this._changeListeners.delete(listener);
  }

  /**
   * @param {(status: Status) => void} listener
   * @returns {() => void} stops listening
   */
  onStatus(listener) {
    this._statusListeners.add(listener);
    return () => this._statusListeners.delete(listener);
  }

  /** The watchdog: a connection that is half open looks like one on which nothing happens. */
  _watch() {
    const now = performance.now();
    if (now - this.lastFrameAt >= SILENCE_MS) {
      this._setStatus("stale");
      if (this._socket && this._socket.isDead(now, SILENCE_MS)) this._lost(0);
    }
    if (!this._socket && now >= this._retryAt) this._connect();
  }

  _hurry() {
    this._retryAt = 0;
    this._watch();
  }

  _connect() {
    this._drop();
    this._socket = new LiveSocket(this.hall.seq, this.hall.epoch, {
      frame: (frame) => this._hear(frame),
      closed: (afterMs, refused) => this._lost(afterMs, refused),
    });
  }

  /** There is never a second socket: the old one is let go of before a new one is made. */
  _drop() {
    if (this._socket) this._socket.abandon();
    this._socket = null;
  }

  /**
   * Plans the next attempt: later each time, and not all screens of a branch at once.
   * @param {number} afterMs  what the server asked for
   * @param {boolean} [refused]  it has said that this screen may not listen: then it is asked at once what is to be done
   */
  _lost(afterMs, refused = false) {
    this._drop();
    const backOff = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * Math.pow(2, this._failures));
    this._failures += 1;
    this._retryAt = performance.now() + afterMs + backOff * (0.5 + Math.random() / 2);
    if (this.changing) return;
    if (refused || this._failures > 2) renewIfRefused(refused).then((refused) => this._setRefused(refused));
  }

  /** @param {import("./live_socket.js").Frame} frame */
  _hear(frame) {
    this.lastFrameAt = performance.now();
    this.clock.set(frame.now, frame.speed);
    if (frame.type === "events" && frame.after !== this.hall.seq) {
      this._lost(0);
      return;
    }
    this._failures = 0;
    this._setRefused(false);
    if (frame.type === "snapshot") this._change(hallFrom(frame.snapshot), []);
    if (frame.type === "events") {
      this._change(applied(this.hall, frame.events, frame.seq, this._audience), frame.events);
    }
    if (this._socket) this._socket.acknowledge(this.hall.seq);
    this._setStatus("live");
  }

  /**
   * @param {HallState} hall
   * @param {HallEvent[]} events
   */
  _change(hall, events) {
    this.hall = hall;
    this._changeListeners.forEach((listener) => listener(hall, events));
  }

  /** @param {boolean} refused */
  _setRefused(refused) {
    if (refused === this.refused) return;
    this.refused = refused;
    this._tellStatus();
  }

  /** @param {Status} status */
  _setStatus(status) {
    if (status === this.status) return;
    this.status = status;
    this._tellStatus();
  }

  _tellStatus() {
    this._statusListeners.forEach((listener) => listener(this.status));
  }
}
