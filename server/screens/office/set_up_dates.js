/** Days of the calendar as "2026-10-01": reckoned in UTC, so that no clock change loses one. */

import { boot, language } from "../shared/boot.js";
import { WEEKDAYS } from "./set_up_document.js";

const DAY_MS = 86_400_000;

/**
 * @param {number} year
 * @param {number} month  January is 0
 * @param {number} day
 */
export function iso(year, month, day) {
  return new Date(Date.UTC(year, month, day)).toISOString().slice(0, 10);
}

/**
 * @param {string} date
 * @param {number} days
 */
export function later(date, days) {
  return new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10);
}

/** @param {string} date */
export function weekdayOf(date) {
  return WEEKDAYS[(new Date(date).getUTCDay() + 6) % 7];
}

/**
 * Every day from the one to the other.
 * @param {string} from
 * @param {string} to
 */
export function daysBetween(from, to) {
  const days = [];
  for (let day = from; day <= to && days.length < 366; day = later(day, 1)) days.push(day);
  return days;
}

/** Today by the server's clock, in the branch's own zone. @param {string} zone */
export function today(zone) {
  try {
    return new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(new Date(boot.now));
  } catch {
    return boot.now.slice(0, 10);
  }
}

/**
 * "Thursday, 1 October 2026"
 * @param {string} date
 */
export function dateWords(date) {
  const wanted = /** @type {const} */ ({ weekday: "short", day: "numeric", month: "long", year: "numeric" });
  return new Intl.DateTimeFormat(locale(), { ...wanted, timeZone: "UTC" }).format(new Date(date));
}

/**
 * @param {number} year
 * @param {number} month
 */
export function monthWords(year, month) {
  return new Intl.DateTimeFormat(locale(), { month: "long", timeZone: "UTC" }).format(Date.UTC(year, month, 1));
}

/** The first letters of the days, Monday first. */
export function dayLetters() {
  const letter = new Intl.DateTimeFormat(locale(), { weekday: "narrow", timeZone: "UTC" });
  return WEEKDAYS.map((_, n) => letter.format(Date.UTC(2024, 0, 1 + n)));
}

function locale() {
  return language() === "zh" ? "zh-CN" : "en-GB";
}
