/** What follows when a queue or a counter becomes one of another class: costs for it, and queues that it can serve. */

import { classesOf } from "./set_up_document.js";

/** @typedef {import("./set_up_document.js").SetUp} SetUp */
/** @typedef {import("./set_up_document.js").Counter} Counter */

/** What a class begins with of which nothing is known yet: the costs section asks for better. */
const USUAL = {
  counter_cost: 60,
  waiting_cost: 90,
  expected_service_min: 10,
  expected_arrivals_per_hour: 6,
  min_counters: 0,
  policy: "lookahead",
};

/** @param {SetUp} document  changed in place */
export function followClasses(document) {
  for (const key of classesOf(document)) document.classes[key] ??= structuredClone(USUAL);
  for (const counter of document.counters) fit(document, counter);
}

/**
 * A machine serves machines' queues only and helps nobody; no person serves a machine's queue.
 * @param {SetUp} document
 * @param {Counter} counter
 */
function fit({ queues }, counter) {
  const isMachine = counter.class === "self_service";
  const possible = queues.filter((queue) => (queue.class === "self_service") === isMachine).map((queue) => queue.id);
  const left = counter.serves.filter((id) => possible.includes(id));
  counter.serves = left.length > 0 ? left : possible.slice(0, 1);
  if (counter.helps) counter.helps = isMachine ? [] : counter.helps.filter((id) => possible.includes(id));
}
