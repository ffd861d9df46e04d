/** Each call is seen large and heard at the same time, in its turn; then the server is told what became of it. */

import { branchPath, command } from "/screens/shared/api.js";
import { Announcements, LIMIT_S } from "./announcements.js";
import { loudness } from "./loudness.js";

/** @typedef {import("/screens/shared/types.js").Call} Call */
/** @typedef {import("/screens/shared/live.js").LiveHall} LiveHall */

const SHOWN_MS = 4000; // at the least; eyes do not read faster on a branch whose day does

export class Announcer {
  /**
   * @param {LiveHall} live
   * @param {import("./voice.js").Voice} voice
   * @param {import("./one_voice.js").OneVoice} oneVoice
   * @param {import("./wishes.js").Wishes} wishes
   */
  constructor(live, voice, oneVoice, wishes) {
    this._live = live;
    this._voice = voice;
    this._oneVoice = oneVoice;
    this._wishes = wishes;
    this._queue = new Announcements(wishes.times);
    /** @type {Call[]} what is in the large place, in the order it is said */
    this.shown = [];
    this._shownAt = -Infinity;
    this._saying = false;
    this._spoken = false;
  }

  /** Whether a call is being announced: notices stand back meanwhile. */
  get busy() {
    return this._queue.inHand !== null;
  }

  /** @param {Call} call */
  add(call) {
    this._queue.add(call, this._ageS(call), performance.now() / 1000);
  }

  /**
   * Puts a call there without ceremony: what the hall was told before this screen came on.
   * @param {Call | undefined} call
   */
  settle(call) {
    this.shown = call ? [call] : [];
    this._queue.clear();
  }

  /**
   * Moves on if it is time.
   * @returns {boolean} whether other calls are shown now
   */
  turn() {
    const now = performance.now();
    if (this._saying || now - this._shownAt < SHOWN_MS) return false;
    if (this._queue.inHand) this._queue.done(now / 1000, this._spoken);
    const { sentence, late } = this._queue.next(now / 1000, (call) => this._stands(call));
    if (this._oneVoice.speaks) late.forEach((call) => tell(call, "dropped", "late"));
    if (sentence === null) return false;
    this.shown = sentence.calls;
    this._shownAt = now;
    this._spoken = false;
    if (this._oneVoice.speaks) this._say(sentence.calls, sentence.again);
    else if (this._oneVoice.chimes && this._volume() > 0) this._voice.ring();
    return true;
  }

  /**
   * @param {Call[]} calls
   * @param {boolean} again
   */
  async _say(calls, again) {
    this._saying = true;
    const standing = calls.filter((call) => this._stands(call));
    const now = performance.now();
    const crowded = this._queue.crowded(now / 1000, this._voice.paceS);
    const youngest = Math.min(...standing.map((call) => this._ageS(call)));
    const until = now + (LIMIT_S - youngest) * 1000;
    this._voice.prepare(this._queue.coming());
    const manner = { volume: this._volume(), crowded, until };
    /** @type {import("./voice.js").Outcome} */
    const outcome = await this._voice.say(standing, manner).catch(() => "failed");
    this._saying = false;
    this._spoken = outcome === "made";
    if (again || outcome === "silent") return;
    standing.forEach((call) => tell(call, outcome === "made" ? "made" : "failed", outcome === "made" ? "" : "no clips"));
  }

  /**
   * Whether the number is still awaited at that counter.
   * @param {Call} call
   */
  _stands(call) {
    const ticket = this._live.hall.tickets.get(call.number);
    if (!ticket || ticket.state !== "called" || ticket.counter_id === null) return false;
    const counter = this._live.hall.counters.get(ticket.counter_id);
    return counter !== undefined && counter.number === call.counter_number;
  }

  /** @param {Call} call */
  _ageS(call) {
    return this._live.clock.since(call.at) / this._live.clock.speed;
  }

  _volume() {
    return loudness(this._wishes, this._live.clock.now(), this._live.hall.branch.time_zone);
  }
}

/**
 * So that the console shows whether the hall was told; where that does not get through, nothing is lost but a mark.
 * @param {Call} call
 * @param {"made" | "dropped" | "failed"} outcome
 * @param {string} note
 */
function tell(call, outcome, note) {
  command(branchPath("announcements"), { call_seq: call.seq, outcome, by: ["voice"], note }).catch(() => undefined);
}
