/** Calls in a queue, as the program's own (display/announcements.py): none overwrites another, none comes late. */

/** @typedef {import("/screens/shared/types.js").Call} Call */

/** @typedef {{call: Call, calledAt: number, left: number, notBefore: number}} Turn */
/** @typedef {{calls: Call[], turns: Turn[], again: boolean}} Sentence  what is shown and said in one go */

// The same figures as the program's, in seconds of the wall: a hall with both must not hear two rules.
export const LIMIT_S = 90;
const REPEAT_AFTER_S = 2;
const MERGE_FROM = 3;
const MOST_IN_ONE = 5;
const MOST_WAITING = 200;

/** Pure: `now` is an argument, in seconds of any clock that runs evenly. One sentence is in hand at a time. */
export class Announcements {
  /** @param {number} times  how often each is announced, if nobody else waits for it */
  constructor(times) {
    this._times = times;
    /** @type {Turn[]} */
    this._recalls = [];
    /** @type {Turn[]} */
    this._calls = [];
    /** @type {Turn[]} */
    this._repeats = [];
    /** @type {Sentence | null} */
    this.inHand = null;
  }

  /** How many wait for their first time. */
  get waiting() {
    return this._recalls.length + this._calls.length;
  }

  /**
   * A number that is called again, or elsewhere, before its turn: only its newest call is news.
   * @param {Call} call
   * @param {number} ageS  how long ago it was called
   * @param {number} now
   */
  add(call, ageS, now) {
    this._without((turn) => turn.call.number !== call.number);
    const turn = { call, calledAt: now - ageS, left: this._times, notBefore: now };
    (call.repeat ? this._recalls : this._calls).push(turn);
    if (this.waiting > MOST_WAITING) (this._calls.length > 0 ? this._calls : this._recalls).shift();
  }

  /**
   * What is announced now, if anything. Whoever has come meanwhile is not called a second time.
   * @param {number} now
   * @param {(call: Call) => boolean} stands
   * @returns {{sentence: Sentence | null, late: Call[]}} `late`: dropped, since nobody may be called so late
   */
  next(now, stands) {
    if (this.inHand) return { sentence: null, late: [] };
    const late = this._first().filter((turn) => over(turn, now)).map((turn) => turn.call);
    this._without((turn) => !over(turn, now));
    this._repeats = this._repeats.filter((turn) => stands(turn.call));
    const first = this._first();
    const chosen = together(first.length > 0 ? first : this._repeats.filter((turn) => turn.notBefore <= now));
    if (chosen.length === 0) return { sentence: null, late };
    this._without((turn) => chosen.indexOf(turn) < 0);
    this.inHand = { calls: chosen.map((turn) => turn.call), turns: chosen, again: first.length === 0 };
    return { sentence: this.inHand, late };
  }

  /** What is announced after the one in hand, as it looks now: its clips can be fetched meanwhile. */
  coming() {
    return together(this._first()).map((turn) => turn.call);
  }

  /**
   * Whether not all that are in hand or wait could be begun in time, if each takes so long.
   * @param {number} now
   * @param {number} eachS
   */
  crowded(now, eachS) {
    const inHand = this.inHand ? this.inHand.turns : [];
    return inHand.concat(this._first()).some((turn, place) => over(turn, now + place * eachS));
  }

  /**
   * @param {number} now
   * @param {boolean} spoken  what nobody heard is not repeated either: it has been shown
   */
  done(now, spoken) {
    const turns = this.inHand ? this.inHand.turns : [];
    this.inHand = null;
    turns.forEach((turn) => {
      turn.left -= 1;
      turn.notBefore = now + REPEAT_AFTER_S;
      if (turn.left > 0 && spoken) this._repeats.push(turn);
    });
  }

  clear() {
    this._without(() => false);
  }

  _first() {
    return this._recalls.concat(this._calls);
  }

  /** @param {(turn: Turn) => boolean} kept */
  _without(kept) {
    this._recalls = this._recalls.filter(kept);
    this._calls = this._calls.filter(kept);
    this._repeats = this._repeats.filter(kept);
  }
}

/**
 * @param {Turn} turn
 * @param {number} now
 */
function over(turn, now) {
  return now - turn.calledAt > LIMIT_S;
}

/** @param {Turn[]} turns */
function together(turns) {
  return turns.slice(0, turns.length < MERGE_FROM ? 1 : MOST_IN_ONE);
}
