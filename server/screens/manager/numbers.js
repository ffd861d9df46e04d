/** Numbers as a manager reads them: minutes, money, shares, and how fast a queue grows. */

import { t } from "../shared/boot.js";

export { money } from "../staff/money.js";

const NONE = "–";

/**
 * "9.6", "12": a tenth of a minute matters below ten minutes, and pretends above.
 * @param {number | null | undefined} value
 */
export function short(value) {
  if (value === null || value === undefined) return NONE;
  return value < 9.95 ? value.toFixed(1) : value.toFixed(0);
}

/** @param {number | null | undefined} minutes */
export function minutesWords(minutes) {
  if (minutes === null || minutes === undefined) return NONE;
  if (minutes < 0.05) return t("manager.no_wait");
  // Close to its limit a queue is reckoned to wait for days: nobody would, and nobody needs the number.
  if (minutes > 120) return t("manager.over_two_hours");
  return t("manager.minutes", { n: short(minutes) });
}

/** @param {number} rho  share of the time that counters are needed; above 1 they cannot keep up */
export function percent(rho) {
  return `${Math.round(rho * 100)} %`;
}

/**
 * Growth as people see it: "one more every 4 min", not 0.25 per minute.
 * @param {number} perMinute
 */
export function growthWords(perMinute) {
  if (perMinute >= 1) return t("manager.grows_fast", { n: short(perMinute) });
  return perMinute * 60 < 1 ? t("manager.grows_slowly") : t("manager.grows", { n: short(1 / perMinute) });
}
