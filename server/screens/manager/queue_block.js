/** How long the queue of a class is, and how long its first has waited. */

import { t } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { inState } from "../shared/hall_state.js";
import { durationWords } from "../shared/waits.js";

/** @typedef {import("../shared/hall_state.js").HallState} HallState */
/** @typedef {import("../shared/clock.js").ServerClock} ServerClock */

/**
 * @typedef {Object} Crowd
 * @property {number} waiting
 * @property {number} longest  seconds since the first of them came
 * @property {number} over  how many have waited past the branch's limit
 */

/** @param {import("./lane.js").LaneView} view */
export function queueBlock({ key, hall, clock }) {
  const { waiting, longest, over } = crowd(hall, clock, key);
  const words = over ? "manager.longest_over" : "manager.longest";
  const longestWords = t(waiting ? words : "manager.nobody_waits", { wait: durationWords(longest), n: over });
  return [
    el("p", { class: "lane__waiting" }, el("strong", null, waiting), el("span", null, t("manager.waiting"))),
    el("p", { class: "lane__longest", "data-over": over > 0 }, longestWords),
  ];
}

/**
 * Measured from arrival at the branch, as the rule for long waits measures it.
 * @param {HallState} hall
 * @param {ServerClock} clock
 * @param {string} [key]  a class, or all of them
 * @returns {Crowd}
 */
export function crowd(hall, clock, key) {
  const cap = hall.branch.rules?.wait_cap_s ?? Infinity;
  const waits = inState(hall, "waiting")
    .filter((ticket) => key === undefined || hall.branch.queues[ticket.queue_id]?.counter_class === key)
    .map((ticket) => clock.since(ticket.order_at ?? ticket.arrived_at));
  return { waiting: waits.length, longest: Math.max(0, ...waits), over: waits.filter((wait) => wait > cap).length };
}

/** @param {HallState} hall */
export function capMinutes(hall) {
  return Math.round((hall.branch.rules?.wait_cap_s ?? 0) / 60);
}
