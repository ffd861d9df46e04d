/** Waits in words: an honest range in whole minutes, or that there is none. */

import { language, tIn } from "./boot.js";

const COARSE_FROM_MIN = 30;
const COARSE_STEP_MIN = 5;

/**
 * The range to promise: half of the customers wait no longer than `low`, nine in ten no longer than `high`.
 * Long waits are rounded to five minutes: nobody can promise better.
 * @param {number | null | undefined} p50_s
 * @param {number | null | undefined} p90_s
 * @returns {{low: number, high: number} | null} minutes; null when there is no honest promise
 */
export function waitRange(p50_s, p90_s) {
  if (p50_s === null || p50_s === undefined || p90_s === null || p90_s === undefined) return null;
  const step = p90_s / 60 > COARSE_FROM_MIN ? COARSE_STEP_MIN : 1;
  const low = Math.floor(p50_s / 60 / step) * step;
  return { low, high: Math.max(low, Math.ceil(p90_s / 60 / step) * step) };
}

/**
 * "about 5–12 min", "no wait", "unknown".
 * @param {number | null | undefined} p50_s
 * @param {number | null | undefined} p90_s
 * @param {string} [lang]
 */
export function waitWords(p50_s, p90_s, lang = language()) {
  const range = waitRange(p50_s, p90_s);
  if (!range) return tIn(lang, "shared.wait_unknown");
  if (range.high === 0) return tIn(lang, "shared.wait_none");
  if (range.low === 0) return tIn(lang, "shared.wait_under", { high: range.high });
  return tIn(lang, range.low === range.high ? "shared.wait_exact" : "shared.wait_range", range);
}

/**
 * A duration as people say it: "45 s", "12 min", "1 h 05 min".
 * @param {number} seconds
 * @param {string} [lang]
 */
export function durationWords(seconds, lang = language()) {
  if (seconds < 60) return tIn(lang, "shared.seconds", { n: Math.floor(seconds) });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return tIn(lang, "shared.minutes", { n: minutes });
  return tIn(lang, "shared.hours", { hours: Math.floor(minutes / 60), minutes: String(minutes % 60).padStart(2, "0") });
}
