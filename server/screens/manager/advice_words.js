/** Advice in plain words: what to do, what it would change, why, and how sure that is. */

import { t, tCount } from "../shared/boot.js";
import { askedCounter } from "../staff/asked.js";
import { growthWords, minutesWords, money, percent, short } from "./numbers.js";

/** @typedef {import("../shared/types.js").Advice} Advice */
/** @typedef {import("../shared/hall_state.js").HallState} HallState */
/** @typedef {import("./outlook.js").Outlook} Outlook */

/** @typedef {{label: string, before: string, after: string}} Change */

const QUITE_SURE = 0.8;
const FAIRLY_SURE = 0.6;

/**
 * "Open counter 4 (cash) now."
 * @param {Advice} advice
 * @param {HallState} hall
 */
export function sentence(advice, hall) {
  const counter = askedCounter(hall, advice) ?? hall.counters.get(advice.counter_id ?? "");
  const mine = [...hall.counters.values()].filter((one) => one.counter_class === advice.counter_class);
  const many = Math.abs(advice.advised - mine.filter((one) => one.status === "open").length);
  const params = { n: counter ? counter.number : "?", kind: classWords(advice.counter_class), many };
  return t(`manager.say.${advice.action}${many > 1 ? "_many" : ""}`, params);
}

/**
 * The wait, or the growth of a queue that no wait describes, now and after.
 * @param {Outlook} outlook
 * @returns {Change}
 */
export function waitChange({ now, after }) {
  return {
    label: t(now && !now.keeps_up ? "manager.queue_grows" : "manager.expected_wait"),
    before: course(now),
    after: course(after),
  };
}

/**
 * Where things are heading with so many counters.
 * @param {import("./figures.js").CostRow | null} row  null when none is open
 */
export function course(row) {
  if (!row) return t("manager.nobody_serves");
  return row.keeps_up ? minutesWords(row.wait_min) : growthWords(row.growth_per_min);
}

/**
 * @param {Outlook} outlook
 * @param {string} currency
 */
export function savingWords({ saving }, currency) {
  return saving === null || saving < 0.5 ? null : t("manager.per_hour", { amount: money(saving, currency) });
}

/**
 * @param {Advice} advice
 * @param {Outlook} outlook
 */
export function why(advice, { rates, open, now, after }) {
  const { reason } = advice.figures;
  const params = {
    arrivals: short(rates.arrivals_per_min * 60),
    service: short(rates.mean_service_min),
    capacity: short(open * rates.services_per_min * 60),
    busy: now ? percent(now.rho) : "",
  };
  if (!now || reason.code === "advice_open_minimum") {
    return t(`reason.${reason.code}`, { ...reason.params, waiting: rates.waiting });
  }
  const even = after?.keeps_up ? "" : t("manager.why_even_all", { advised: advice.advised });
  return `${tCount(now.keeps_up ? "manager.why" : "manager.why_growing", open, params)} ${even}`.trim();
}

/** @param {Outlook} outlook */
export function sureWords({ sure }) {
  if (sure >= QUITE_SURE) return t("manager.sure.quite");
  return t(sure >= FAIRLY_SURE ? "manager.sure.fairly" : "manager.sure.barely");
}

/** @param {Outlook} outlook */
export function basis({ rates }) {
  return t("manager.sure.basis", { arrivals: rates.arrivals, services: rates.completions });
}

/** @param {string} counterClass */
export function classWords(counterClass) {
  return t(`shared.class.${counterClass}`);
}
