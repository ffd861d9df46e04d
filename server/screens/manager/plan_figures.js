/** What a plan comes to in a day, beside the plan it is compared with: cost, wait, the worst half-hour, and people. */

import { t } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { minutesWords, money, percent } from "./numbers.js";

/** @typedef {import("./plan_outcome.js").Side} Side */

/**
 * @typedef {Object} Measure
 * @property {string} key
 * @property {(side: Side) => number} of
 * @property {(value: number) => string} words
 * @property {number} noted  below this a difference is neither better nor worse
 * @property {string} more  what stands behind the figure
 */

/**
 * @param {Side} own
 * @param {Side} beside
 * @param {{currency: string, machines: boolean, besideWords: string}} about
 */
export function planFigures(own, beside, { currency, machines, besideWords }) {
  return measures(own, currency)
    .filter(({ key }) => !(machines && key === "people"))
    .map((measure) => figure(measure, own, beside, besideWords));
}

/**
 * @param {Side} own
 * @param {string} currency
 * @returns {Measure[]}
 */
function measures({ evaluation }, currency) {
  const { slots, staff_cost: staff, waiting_cost: waiting, long_wait: long } = evaluation;
  const worst = slots.reduce((found, slot) => (slot.wait_min > found.wait_min ? slot : found), slots[0]);
  const parts = { staff: money(staff, currency), waiting: money(waiting, currency) };
  return [
    {
      key: "cost",
      of: (side) => side.evaluation.cost,
      words: (value) => money(value, currency),
      noted: 0.5,
      more: t("manager.plan.cost_parts", parts),
    },
    minutes("wait", (side) => side.evaluation.wait_min, t("manager.plan.long_wait", { share: percent(long) })),
    minutes("worst", (side) => side.evaluation.worst_wait_min, t("manager.plan.worst_at", { time: worst.at })),
    { key: "people", of: (side) => side.people, words: String, noted: Infinity, more: t("manager.plan.people_meaning") },
  ];
}

/**
 * @param {string} key
 * @param {(side: Side) => number} of
 * @param {string} more
 * @returns {Measure}
 */
function minutes(key, of, more) {
  return { key, of, words: minutesWords, noted: 0.05, more };
}

/**
 * @param {Measure} measure
 * @param {Side} own
 * @param {Side} beside
 * @param {string} besideWords
 */
function figure({ key, of, words, noted, more }, own, beside, besideWords) {
  const [here, there] = [of(own), of(beside)];
  const alike = words(here) === words(there);
  const noticed = Math.abs(here - there) >= noted && !alike;
  const told = alike ? t("manager.plan.same", { plan: besideWords }) : t("manager.plan.against", { plan: besideWords, value: words(there) });
  return el(
    "div",
    { class: "figure", "data-figure": key },
    el("dt", null, t(`manager.plan.figure.${key}`)),
    el("dd", { class: "figure__value" }, words(here), noticed ? arrow(here > there) : null),
    el("dd", { class: "figure__beside" }, told),
    el("dd", { class: "figure__more" }, more),
  );
}

/** @param {boolean} worse */
function arrow(worse) {
  const words = t(worse ? "manager.plan.worse" : "manager.plan.better");
  return el("span", { class: "figure__arrow", "data-worse": String(worse), role: "img", "aria-label": words }, worse ? "▲" : "▼");
}
