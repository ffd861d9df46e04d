/** Waits for a customer who says nothing, warns them, and only then begins anew for the next one. */

/**
 * @typedef {Object} Limits  seconds
 * @property {number} quiet  before the warning
 * @property {number} warning  that the warning lasts; never under 20 (WCAG 2.2, 2.2.1)
 */

export class Patience {
  /**
   * @param {(secondsLeft: number | null) => void} warn  told each second of the warning; null when it is over
   * @param {() => void} giveUp
   */
  constructor(warn, giveUp) {
    this._warn = warn;
    this._giveUp = giveUp;
    /** @type {Limits | null} */
    this._limits = null;
    this._since = performance.now();
    /** @type {number | null} */
    this._told = null;
    setInterval(() => this._tick(), 200);
  }

  /**
   * Begins to count; null stops counting.
   * @param {Limits | null} limits
   */
  wait(limits) {
    this._limits = limits;
    this.stay();
  }

  /** The customer is there: count from the beginning, as often as they like. */
  stay() {
    this._since = performance.now();
    this._tell(null);
    this._tick();
  }

  _tick() {
    if (!this._limits) return;
    const silent = (performance.now() - this._since) / 1000;
    if (silent < this._limits.quiet) return;
    const left = this._limits.quiet + this._limits.warning - silent;
    if (left > 0) {
      this._tell(Math.ceil(left));
      return;
    }
    this._limits = null;
    this._tell(null);
    this._giveUp();
  }

  /** @param {number | null} left */
  _tell(left) {
    if (left === this._told) return;
    this._told = left;
    this._warn(left);
  }
}
