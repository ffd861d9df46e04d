/** The branch's doors: which hours a day has, whether they are open, and when they open next; as `Branch.hours_on`. */

import { zoneFormat } from "./zones.js";

/** @typedef {import("./types.js").Branch} Branch */
/** @typedef {import("./types.js").DayHours} DayHours */

/**
 * @typedef {Object} Opening
 * @property {string} day  "2026-03-02"
 * @property {number} inDays  0: today
 * @property {number} weekday  Monday is 0
 * @property {string} opens  "08:30"
 * @property {string} closes
 */

const DAY_MS = 86400000;
const LONGEST_CLOSED_DAYS = 400;

/** @type {Map<string, Intl.DateTimeFormat>} */
const clocks = new Map();

/**
 * The day and the time by the branch's own clock.
 * @param {number} ms
 * @param {string} timeZone
 */
export function localTime(ms, timeZone) {
  const known = clocks.get(timeZone) || formatOf(timeZone);
  /** @type {Record<string, string>} */
  const parts = {};
  known.formatToParts(ms).forEach((part) => (parts[part.type] = part.value));
  // Old engines call midnight 24:00.
  const hour = parts.hour === "24" ? "00" : parts.hour;
  return { day: `${parts.year}-${parts.month}-${parts.day}`, time: `${hour}:${parts.minute}` };
}

/** @param {string} timeZone */
function formatOf(timeZone) {
  const made = zoneFormat("en-GB", timeZone, {
    hour12: false, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
  });
  clocks.set(timeZone, made);
  return made;
}

/**
 * The day's hours; null where the branch stays closed.
 * @param {Branch} branch
 * @param {string} day  "2026-03-02"
 * @returns {DayHours | null}
 */
export function hoursOn(branch, day) {
  const special = branch.special_days || {};
  const weekday = weekdayOf(day);
  if (day in special) return short(special[day]);
  if (!branch.open_days.includes(weekday)) return null;
  return short((branch.day_hours || {})[weekday] || branch);
}

/**
 * @param {DayHours | null} hours
 * @returns {DayHours | null}
 */
function short(hours) {
  return hours && { opens: hours.opens.slice(0, 5), closes: hours.closes.slice(0, 5) };
}

/**
 * Monday is 0.
 * @param {string} day
 */
function weekdayOf(day) {
  return (new Date(noon(day)).getUTCDay() + 6) % 7;
}

/** @param {string} day */
function noon(day) {
  return Date.parse(`${day}T12:00:00Z`);
}

/**
 * Whether the branch gives out numbers at this time.
 * @param {Branch} branch
 * @param {number} ms
 */
export function isOpen(branch, ms) {
  const { day, time } = localTime(ms, branch.time_zone);
  const hours = hoursOn(branch, day);
  return hours !== null && hours.opens <= time && time < hours.closes;
}

/**
 * Why the doors are closed: before they open, after they have closed, or all day.
 * @param {Branch} branch
 * @param {number} ms
 * @returns {"early" | "over" | "day"}
 */
export function closedBecause(branch, ms) {
  const { day, time } = localTime(ms, branch.time_zone);
  const hours = hoursOn(branch, day);
  if (hours === null) return "day";
  return time < hours.opens ? "early" : "over";
}

/**
 * When they open next; null where no day of the next year is known.
 * @param {Branch} branch
 * @param {number} ms
 * @returns {Opening | null}
 */
export function nextOpening(branch, ms) {
  const { day: today, time } = localTime(ms, branch.time_zone);
  for (let inDays = 0; inDays < LONGEST_CLOSED_DAYS; inDays += 1) {
    const day = new Date(noon(today) + inDays * DAY_MS).toISOString().slice(0, 10);
    const hours = hoursOn(branch, day);
    if (hours !== null && (inDays > 0 || time < hours.opens)) {
      return { day, inDays, weekday: weekdayOf(day), opens: hours.opens, closes: hours.closes };
    }
  }
  return null;
}
