/** The last calls, newest first: whoever missed the large number finds it here at once. */

import { el, fill } from "/screens/shared/dom.js";
import { icon } from "/screens/shared/icons.js";
import { both } from "./languages.js";

/** @typedef {import("/screens/shared/types.js").Call} Call */
/** @typedef {import("/screens/shared/hall_state.js").HallState} HallState */

/**
 * @param {Element} place
 * @param {HallState} hall
 * @param {Call[]} calls  newest first
 * @param {number} most
 */
export function drawRecent(place, hall, calls, most) {
  const rows = oncePerNumber(calls).slice(0, most);
  fill(
    place,
    el("h2", { class: "recent__title" }, both("display.recent")),
    rows.length > 0
      ? el("ol", { class: "recent__rows" }, rows.map((call) => row(hall, call)))
      : el("p", { class: "recent__none" }, both("display.recent_none")),
  );
}

/**
 * A number that was called three times is one number.
 * @param {Call[]} calls  newest first
 */
export function oncePerNumber(calls) {
  /** @type {Set<string>} */
  const seen = new Set();
  return calls.filter((call) => !seen.has(call.number) && seen.add(call.number));
}

/**
 * Bright while somebody is still expected, quieter once they have come.
 * @param {HallState} hall
 * @param {Call} call
 */
function row(hall, call) {
  const ticket = hall.tickets.get(call.number);
  const expected = ticket !== undefined && ticket.state === "called";
  return el(
    "li",
    { class: `recent__row${expected ? " recent__row--expected" : ""}`, "data-class": classOf(hall, call) },
    el("span", { class: "recent__number" }, call.number),
    icon("forward"),
    el("span", { class: "recent__counter" }, call.counter_number),
  );
}

/**
 * @param {HallState} hall
 * @param {Call} call
 */
function classOf(hall, call) {
  return hall.branch.queues[call.queue_id].counter_class;
}
