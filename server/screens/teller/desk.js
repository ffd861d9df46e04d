/** What one counter's teller has in front of them, drawn from the hall. */

import { boot } from "../shared/boot.js";
import { current, inState } from "../shared/hall_state.js";
import { askedCounter } from "../staff/asked.js";

/** @typedef {import("../shared/hall_state.js").HallState} HallState */
/** @typedef {import("../shared/types.js").Ticket} Ticket */
/** @typedef {import("../shared/types.js").Counter} Counter */
/** @typedef {import("../shared/types.js").Advice} Advice */

/**
 * @typedef {Object} Desk
 * @property {HallState} hall
 * @property {Counter} counter
 * @property {Ticket | null} current
 * @property {boolean} mine  the counter is open or paused in this teller's name
 * @property {Ticket[]} own  waiting in the counter's own queues for what is served here, in the order they came
 * @property {Ticket[]} helped  waiting where the counter only helps
 * @property {Ticket[]} parked  may be resumed here
 * @property {Ticket[]} missed  today's missed numbers of these queues, newest first
 * @property {Advice | null} request  what the manager asks of this counter
 */

/**
 * @param {HallState} hall
 * @param {string} counterId
 * @returns {Desk | null} null when the branch has no such counter
 */
export function deskAt(hall, counterId) {
  const counter = hall.counters.get(counterId);
  if (!counter) return null;
  const waiting = inState(hall, "waiting");
  return {
    hall,
    counter,
    current: current(hall, counterId),
    mine: isMine(counter),
    own: waiting.filter((ticket) => serves(counter, ticket, false) && hasSkill(counter, ticket)),
    helped: waiting.filter((ticket) => serves(counter, ticket, true) && hasSkill(counter, ticket)),
    parked: inState(hall, "parked").filter((ticket) => mayResume(hall, counter, ticket)),
    missed: inState(hall, "no_show").filter((ticket) => serves(counter, ticket)).sort(newestEnd),
    request: requestFor(hall, counter),
  };
}

/** @param {Counter} counter */
export function isMine(counter) {
  return counter.status !== "closed" && counter.staff_id === boot.actor.id;
}

/** @param {Counter} counter */
export function isHeldByOther(counter) {
  return counter.status !== "closed" && counter.staff_id !== boot.actor.id;
}

const MANAGING = new Set(["senior_teller", "supervisor", "lobby_manager", "manager", "operator"]);

/** They may take over what somebody else holds. */
export function manages() {
  return MANAGING.has(boot.actor.kind);
}

/**
 * Whether whoever sits at the counter has the skill for it.
 * @param {Counter} counter
 * @param {Ticket} ticket
 */
export function hasSkill(counter, ticket) {
  return !counter.services || counter.services.includes(ticket.service_id);
}

/**
 * Accepted advice is a request to the counter it names, until that has followed it.
 * @param {HallState} hall
 * @param {Counter} counter
 * @returns {Advice | null}
 */
export function requestFor(hall, counter) {
  const advice = hall.advices.get(counter.counter_class);
  return advice && advice.state === "accepted" && askedCounter(hall, advice) === counter ? advice : null;
}

/**
 * Waited past the branch's limit, measured as the rule that then calls the oldest first measures it.
 * @param {HallState} hall
 * @param {number} waitedSeconds
 */
export function pastCap(hall, waitedSeconds) {
  return waitedSeconds > (hall.branch.rules ? hall.branch.rules.wait_cap_s : Infinity);
}

/**
 * @param {Counter} counter
 * @param {Ticket} ticket
 * @param {boolean} [helps]
 */
function serves(counter, ticket, helps) {
  return counter.profile.some(
    (entry) => entry.queue_id === ticket.queue_id && (helps === undefined || entry.helps === helps),
  );
}

/**
 * A parked customer keeps the place at the counter that parked them. Where that counter has closed since, nobody
 * would ever see them again: then every counter of the queue may.
 * @param {HallState} hall
 * @param {Counter} counter
 * @param {Ticket} ticket
 */
function mayResume(hall, counter, ticket) {
  if (ticket.counter_id === counter.id) return true;
  const parkedAt = hall.counters.get(ticket.counter_id || "");
  return serves(counter, ticket) && hasSkill(counter, ticket) && (!parkedAt || parkedAt.status === "closed");
}

/**
 * @param {Ticket} a
 * @param {Ticket} b
 */
function newestEnd(a, b) {
  return Date.parse(b.ended_at || b.arrived_at) - Date.parse(a.ended_at || a.arrived_at);
}
