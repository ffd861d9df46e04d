/** The server's time as this screen knows it: the demo's day runs faster than the one outside. */

import { zoneFormat } from "./zones.js";

export { isOpen } from "./hours.js";

export class ServerClock {
  /**
   * @param {string} now
   * @param {number} speed
   */
  constructor(now, speed) {
    this.speed = speed;
    this._then = Date.parse(now);
    this._at = performance.now();
  }

  /**
   * Each frame sets the clock anew: a screen that slept, or a speed that changed, is right at once.
   * @param {string} now
   * @param {number} speed
   */
  set(now, speed) {
    this.speed = speed;
    this._then = Date.parse(now);
    this._at = performance.now();
  }

  /** Milliseconds since 1970, in server time. */
  now() {
    return this._then + (performance.now() - this._at) * this.speed;
  }

  /**
   * How long ago something happened, in server seconds; never negative.
   * @param {string} at
   */
  since(at) {
    return Math.max(0, (this.now() - Date.parse(at)) / 1000);
  }
}

/**
 * "14:05" in the branch's own time, whatever zone the screen's computer believes it is in.
 * @param {number} ms
 * @param {string} timeZone
 */
export function clockTime(ms, timeZone) {
  return zoneFormat("en-GB", timeZone, { hour: "2-digit", minute: "2-digit" }).format(ms);
}

/**
 * "11月23日 星期一", "Monday 23 November".
 * @param {number} ms
 * @param {string} timeZone
 * @param {string} lang
 */
export function calendarDay(ms, timeZone, lang) {
  const locale = lang === "zh" ? "zh-CN" : "en-GB";
  return zoneFormat(locale, timeZone, { month: "long", day: "numeric", weekday: "long" }).format(ms);
}
