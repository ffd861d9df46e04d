/** When the branch opens next, as people say it: today, tomorrow, on Monday, or on a date. */

import { tIn } from "./boot.js";
import { nextOpening } from "./hours.js";

const A_WEEK = 7;

/**
 * The sentence and what fills its gaps; null where no opening is known.
 * @param {import("./types.js").Branch} branch
 * @param {number} ms
 * @returns {{key: string, params: Record<string, string | number>} | null}
 */
export function openingOf(branch, ms) {
  const next = nextOpening(branch, ms);
  if (next === null) return null;
  const { opens, weekday } = next;
  if (next.inDays === 0) return { key: "shared.opens.today", params: { opens } };
  if (next.inDays === 1) return { key: "shared.opens.tomorrow", params: { opens, weekday } };
  if (next.inDays < A_WEEK) return { key: "shared.opens.weekday", params: { opens, weekday } };
  const [, month, date] = next.day.split("-").map(Number);
  return { key: "shared.opens.date", params: { opens, weekday, month, date } };
}

/**
 * The sentence as it is written, with the names of its day and month.
 * @param {string} lang
 * @param {string} key
 * @param {Record<string, string | number>} params
 */
export function writtenIn(lang, key, params) {
  const named = Object.assign({}, params);
  ["weekday", "month"].forEach((gap) => {
    if (params[gap] !== undefined) named[gap] = tIn(lang, `shared.${gap}.${params[gap]}`);
  });
  ["opens", "closes"].forEach((gap) => {
    if (params[gap] !== undefined) named[gap] = clockWords(String(params[gap]));
  });
  return tIn(lang, key, named);
}

/**
 * "8:30", as it stands on a door.
 * @param {string} time  "08:30"
 */
export function clockWords(time) {
  return time.slice(0, 5).replace(/^0/, "");
}
