/** How a class stands in one sentence: right as it is, and until when; advised; leaning; too few; or not yet known. */

import { t, tCount } from "../shared/boot.js";
import { together } from "./sentences.js";

/** @typedef {import("./figures.js").Figures} Figures */
/** @typedef {import("./figures.js").Ahead} Ahead */
/** @typedef {import("../shared/hall_state.js").HallState} HallState */

/** @typedef {"advised" | "learning" | "stuck" | "leans" | "keep"} Verdict */

/**
 * Counters that are all open and still too few: there is nothing left to open, but it must be said.
 * @param {import("./figures.js").Reckoning} reckoning
 */
export function isStuck({ table, rates }) {
  const row = table[rates.open_counters - 1];
  // One percent too much with nobody waiting is a figure, not a queue.
  return Boolean(row) && rates.open_counters === table.length && !row.keeps_up && rates.waiting > 0;
}

/**
 * @param {HallState} hall
 * @param {Figures} figures
 * @param {string} key
 * @returns {Verdict}
 */
export function verdictOf(hall, figures, key) {
  const reckoning = figures.advice_table[key];
  const advised = hall.advices.get(/** @type {any} */ (key))?.action;
  if (advised === "open" || advised === "close") return "advised";
  if (!reckoning.rates.enough_seen) return "learning";
  if (isStuck(reckoning)) return "stuck";
  const wanted = figures.outlook?.[key]?.advised ?? reckoning.optimum;
  return wanted === reckoning.rates.open_counters ? "keep" : "leans";
}

/**
 * @param {Verdict} verdict
 * @param {Figures} figures
 * @param {string} key
 */
export function verdictWords(verdict, figures, key) {
  const { rates, optimum } = figures.advice_table[key];
  const ahead = figures.outlook?.[key] ?? null;
  const open = rates.open_counters;
  const wanted = ahead?.advised ?? optimum;
  if (verdict === "advised") return t("manager.verdict.advised", { wanted, open });
  if (verdict === "leans") return t("manager.verdict.leans", { wanted, open });
  if (verdict === "keep") return together(tCount("manager.verdict.keep", open), ...limits(ahead));
  return t(`manager.verdict.${verdict}`, { open });
}

/**
 * At how many people it would be otherwise.
 * @param {Ahead | null} ahead
 */
function limits(ahead) {
  if (!ahead) return [];
  const { open_at: opens, close_at: closes } = ahead.thresholds;
  const more = opens !== null && ahead.open_now < ahead.most ? [t("manager.verdict.open_at", { n: opens })] : [];
  return closes === null ? more : [...more, fewerAt(closes)];
}

/** @param {number} people */
function fewerAt(people) {
  return people ? tCount("manager.verdict.close_at", people) : t("manager.verdict.close_empty");
}
