/** Calls on their way to the large place: each is seen long enough, none is painted over by the next. */

/** @typedef {import("/screens/shared/types.js").Call} Call */

// What fits beside one another and can still be read from the far wall.
const MOST_AT_ONCE = 3;
const SHOWN_MS = 4000;

/** Time is an argument, in real milliseconds: eyes do not read faster on a branch whose day does. */
export class CallQueue {
  constructor() {
    /** @type {Call[]} what is in the large place, in the order it was called */
    this.shown = [];
    /** @type {Call[]} */
    this._pending = [];
    this._shownAt = -Infinity;
  }

  /**
   * A number that is called again before it was shown keeps its place, and goes to the counter named last.
   * @param {Call} call
   */
  add(call) {
    const place = this._pending.findIndex((other) => other.number === call.number);
    if (place >= 0) this._pending[place] = call;
    else this._pending.push(call);
  }

  /**
   * Puts a call there without ceremony: what the hall was told before this screen came on.
   * @param {Call | undefined} call
   */
  settle(call) {
    this.shown = call ? [call] : [];
    this._pending = [];
    this._shownAt = -Infinity;
  }

  /**
   * Moves on if it is time. What stays pending moves on at a later turn.
   * @param {number} now
   * @returns {boolean} whether other calls are shown now, which is when to chime
   */
  turn(now) {
    if (this._pending.length === 0 || now - this._shownAt < SHOWN_MS) return false;
    this.shown = this._pending.splice(0, MOST_AT_ONCE);
    this._shownAt = now;
    return true;
  }
}
