/** One customer's stay at the kiosk, from the first touch to the number, and what the branch offers them. */

import { queueStillThere } from "./offered.js";

/** @typedef {import("/screens/shared/types.js").Branch} Branch */
/** @typedef {import("/screens/shared/types.js").Offer} Offer */
/** @typedef {import("/screens/shared/types.js").Segment} Segment */
/** @typedef {import("/screens/shared/types.js").Ticket} Ticket */
/** @typedef {"start" | "group" | "review" | "issuing" | "ticket" | "returned" | "failed"} Step */

/**
 * @typedef {Object} Visit
 * @property {Step} step
 * @property {Segment} segment
 * @property {string | null} group  the choice whose services are shown
 * @property {number} page  of the services that do not all fit
 * @property {boolean} changed  the branch offers something else since the customer began
 * @property {string[]} services  in the order they will be served
 * @property {Segment | "unknown" | null} card  what the reader made of the customer's card; null: none was held to it
 * @property {boolean} atMachine
 * @property {string | null} key  one for each number asked for: asking again never gives a second number
 * @property {Ticket | null} ticket
 * @property {Paper | null} paper  null: nobody prints here
 * @property {boolean} offline  the kiosk's own number, given while the server was away
 * @property {import("/screens/shared/api.js").Refused | null} refused
 */

/** @typedef {{state: "printing" | "printed" | "failed" | "unknown", trouble: string}} Paper */

export const MOST_SERVICES = 2;

/** @returns {Visit} */
export function newVisit() {
  return {
    step: "start",
    segment: "ordinary",
    group: null,
    page: 0,
    changed: false,
    services: [],
    card: null,
    atMachine: false,
    key: null,
    ticket: null,
    paper: null,
    offline: false,
    refused: null,
  };
}

/**
 * Whether the customer has begun: an untouched start needs no time-out.
 * @param {Visit} visit
 */
export function begun(visit) {
  const chosen = visit.segment !== "ordinary" || visit.card !== null || visit.services.length > 0;
  return visit.step !== "start" || chosen || visit.page > 0 || visit.changed;
}

/**
 * The queue in which a service would wait.
 * @param {Branch} branch
 * @param {string} serviceId
 * @param {Segment} segment
 */
export function queueFor(branch, serviceId, segment) {
  const own = branch.services[serviceId].queue_id;
  const wanted = branch.queues[branch.segment_queues[segment] || own];
  return wanted.retired ? queueStillThere(branch, own) : wanted;
}

/**
 * The machines' queue, where a machine in service can do the visit's first service and is not known to be slower than
 * the counters. `quicker` is said only of what both waits show, or where no counter is open at all.
 * @param {Branch} branch
 * @param {Visit} visit
 * @param {(queueId: string) => Offer | null} offerOf
 * @returns {{queue: import("/screens/shared/types.js").Queue, quicker: boolean} | null}
 */
export function machineFor(branch, visit, offerOf) {
  const service = branch.services[visit.services[0]];
  if (!service || service.machine_queue_id === null) return null;
  const queue = branch.queues[service.machine_queue_id];
  if (queue.retired) return null;
  const machine = offerOf(queue.id);
  const counter = offerOf(queueFor(branch, service.id, visit.segment).id);
  if (machine && machine.counters_open === 0) return null;
  if (!machine || !counter || machine.p50_s === null) return { queue, quicker: false };
  if (counter.counters_open === 0) return { queue, quicker: true };
  if (counter.p50_s === null) return { queue, quicker: false };
  return machine.p50_s < counter.p50_s ? { queue, quicker: true } : null;
}
