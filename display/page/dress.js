/** What the screen wears: its layout, day or night by the branch's own clock, more contrast where it is wanted. */

import { clockTime } from "/screens/shared/clock.js";

const USUAL_LENGTH = 4; // A012
const DAY_BEGINS = "07:00";
const DAY_ENDS = "18:30";

/**
 * Asked again and again: the day ends while the screen hangs there.
 * @param {import("./wishes.js").Wishes} wishes
 * @param {number} now  server time
 * @param {string} timeZone
 */
export function dress(wishes, now, timeZone) {
  const root = document.documentElement;
  wear(root, "data-layout", wishes.layout);
  wear(root, "data-contrast", wishes.contrast);
  wear(root, "data-theme", isDay(wishes.theme, clockTime(now, timeZone)) ? "light" : "dark");
}

/**
 * A branch that gives more than 999 numbers, or prefixes of two letters, gets them a size smaller.
 * @param {import("/screens/shared/hall_state.js").HallState} hall
 */
export function makeRoom(hall) {
  const numbers = Array.from(hall.tickets.values()).concat(/** @type {any[]} */ (hall.recent_calls));
  const long = numbers.some((one) => one.number.length > USUAL_LENGTH);
  document.documentElement.classList.toggle("has-long-numbers", long);
}

/**
 * @param {string} theme
 * @param {string} time
 */
function isDay(theme, time) {
  return theme === "auto" ? DAY_BEGINS <= time && time < DAY_ENDS : theme === "day";
}

/**
 * @param {Element} root
 * @param {string} name
 * @param {string} value
 */
function wear(root, name, value) {
  if (root.getAttribute(name) !== value) root.setAttribute(name, value);
}
