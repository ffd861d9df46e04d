/** Advice in plain words: what to do, what it would change, and why. */

import { name, t, tCount } from "../shared/boot.js";
import { askedCounter } from "../staff/asked.js";
import { growthWords, minutesWords, money, percent, short } from "./numbers.js";
import { together } from "./sentences.js";

/** @typedef {import("../shared/types.js").Advice} Advice */
/** @typedef {import("../shared/hall_state.js").HallState} HallState */
/** @typedef {import("./outlook.js").Outlook} Outlook */

/** @typedef {{label: string, before: string, after: string}} Change */

/**
 * What the server gives as the reason says the wait and the saving again: on the card they stand above it.
 * @type {Record<string, string | undefined>}
 */
const GROUNDS = {
  advice_open_ahead: "why_ahead",
  advice_close_quiet: "why_quiet",
  advice_profile: "why_profile",
  advice_divert: "why_divert",
};

/**
 * "Open counter 4 for cash now."
 * @param {Advice} advice
 * @param {HallState} hall
 */
export function sentence(advice, hall) {
  const counter = askedCounter(hall, advice) ?? hall.counters.get(advice.counter_id ?? "");
  const n = counter ? counter.number : "?";
  if (advice.action === "profile") return t("manager.say.profile", { n, queue: queueWords(hall, advice.figures.relieves) });
  if (advice.action === "divert") return divertWords(advice, hall);
  const mine = [...hall.counters.values()].filter((one) => one.counter_class === advice.counter_class);
  const many = Math.abs(advice.advised - mine.filter((one) => one.status === "open").length);
  const params = { n, kind: classWords(advice.counter_class), many };
  return t(`manager.say.${advice.action}${many > 1 ? "_many" : ""}`, params);
}

/**
 * @param {Advice} advice
 * @param {HallState} hall
 */
function divertWords({ figures }, hall) {
  const [here, there] = [minutesWords(figures.wait_now), minutesWords(figures.wait_after)];
  return t("manager.say.divert", { queue: queueWords(hall, figures.queue_id), here, there });
}

/**
 * @param {HallState} hall
 * @param {string} queueId
 */
export function queueWords(hall, queueId) {
  return name(hall.branch.queues[queueId]?.name);
}

/**
 * The wait over the time looked ahead; where nobody looked, the wait, or the growth of a queue that no wait
 * describes, if the flow stayed as it is.
 * @param {Outlook} outlook
 * @param {string} action
 * @returns {Change}
 */
export function waitChange({ waits, now, after, minutes }, action) {
  if (waits) {
    const label = action === "divert" ? t("manager.wait_divert") : t("manager.wait_ahead", { n: minutes });
    return { label, before: waitWords(waits.now), after: waitWords(waits.after) };
  }
  return {
    label: t(now && !now.keeps_up ? "manager.queue_grows" : "manager.expected_wait"),
    before: course(now),
    after: course(after),
  };
}

/** @param {number | null} minutes */
function waitWords(minutes) {
  return minutes === null ? t("manager.nobody_serves") : minutesWords(minutes);
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
  const ground = GROUNDS[/** @type {string} */ (reason.code)];
  const waiting = rates?.waiting ?? reason.params.waiting;
  if (ground) return t(`manager.${ground}`, { ...reason.params, waiting });
  if (reason.code === "advice_open_queue") {
    return tCount("manager.why_queue", open, { waiting, service: short(rates?.mean_service_min) });
  }
  if (!now || !rates || reason.code === "advice_open_minimum") {
    return t(`reason.${reason.code}`, { ...reason.params, waiting });
  }
  const params = {
    arrivals: short(rates.arrivals_per_min * 60),
    service: short(rates.mean_service_min),
    capacity: short(open * rates.services_per_min * 60),
    busy: percent(now.rho),
  };
  const even = after?.keeps_up ? "" : t("manager.why_even_all", { advised: advice.advised });
  return together(tCount(now.keeps_up ? "manager.why" : "manager.why_growing", open, params), even);
}

/** @param {string} counterClass */
export function classWords(counterClass) {
  return t(`shared.class.${counterClass}`);
}
