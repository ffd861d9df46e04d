/** Whoever waits for what nobody at an open counter has the skill for: nobody would ever call them, so it is said. */

import { name, tCount } from "../shared/boot.js";
import { el, fill } from "../shared/dom.js";
import { inState } from "../shared/hall_state.js";

/** @typedef {import("../shared/hall_state.js").HallState} HallState */
/** @typedef {import("../shared/types.js").Ticket} Ticket */

const MOST_NUMBERS = 4;

export class UnservedLine {
  constructor() {
    this._shown = "";
    this.element = el("section", { class: "devices unserved", "aria-live": "polite", hidden: true });
  }

  /** @param {HallState} hall */
  draw(hall) {
    const lines = [...unservedBy(hall)].map(([service, tickets]) => sentence(hall, service, tickets));
    const shown = lines.join("\n");
    if (shown === this._shown) return; // drawn every second: a reader would read it out again and again
    this._shown = shown;
    this.element.hidden = lines.length === 0;
    fill(this.element, lines.map((line) => el("p", { class: "devices__what" }, line)));
  }
}

/**
 * Where no counter of the queue is open at all, the floor shows that itself: this is of counters that are, and of who
 * sits there.
 * @param {HallState} hall
 * @returns {Map<string, Ticket[]>} by service
 */
function unservedBy(hall) {
  const open = [...hall.counters.values()].filter((counter) => counter.status === "open");
  /** @type {Map<string, Ticket[]>} */
  const found = new Map();
  for (const ticket of inState(hall, "waiting")) {
    const there = open.filter((counter) => counter.profile.some((entry) => entry.queue_id === ticket.queue_id));
    const nobody = there.every((counter) => counter.services && !counter.services.includes(ticket.service_id));
    if (there.length > 0 && nobody) found.set(ticket.service_id, [...(found.get(ticket.service_id) ?? []), ticket]);
  }
  return found;
}

/**
 * @param {HallState} hall
 * @param {string} serviceId
 * @param {Ticket[]} tickets
 */
function sentence(hall, serviceId, tickets) {
  const numbers = tickets.slice(0, MOST_NUMBERS).map((ticket) => ticket.number);
  const told = numbers.join(" · ") + (tickets.length > MOST_NUMBERS ? " …" : "");
  const service = name(hall.branch.services[serviceId]?.name);
  return tCount("manager.unserved", tickets.length, { numbers: told, service });
}
