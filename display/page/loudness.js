/** How loud this screen may speak at which time of the branch's day. */

import { clockTime } from "/screens/shared/clock.js";

const HOURS = /^(\d\d:\d\d)-(\d\d:\d\d)$/;

/**
 * The volume now, from 0 (nothing is played) to 1 (as recorded).
 * @param {import("./wishes.js").Wishes} wishes
 * @param {number} now  server time
 * @param {string} timeZone
 */
export function loudness(wishes, now, timeZone) {
  const time = clockTime(now, timeZone);
  const quiet = wishes.quiet.some((hours) => isWithin(hours, time));
  return quiet ? Math.min(wishes.volume, wishes.quietVolume) : wishes.volume;
}

/**
 * @param {string} hours  "22:00-07:30"; over midnight where the end is earlier. The end is not in it.
 * @param {string} time
 */
function isWithin(hours, time) {
  const found = HOURS.exec(hours);
  if (!found) return false;
  const [, begin, end] = found;
  return begin <= end ? begin <= time && time < end : begin <= time || time < end;
}
