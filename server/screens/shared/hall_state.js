/** The hall as a screen knows it: a snapshot, then events, applied as `server/domain/evolve.py` applies them. */

/** @typedef {import("./types.js").Snapshot} Snapshot */
/** @typedef {import("./types.js").HallEvent} HallEvent */
/** @typedef {import("./types.js").Ticket} Ticket */
/** @typedef {import("./types.js").Counter} Counter */
/** @typedef {import("./types.js").Advice} Advice */
/** @typedef {import("./types.js").Call} Call */
/** @typedef {import("./types.js").Device} Device */
/** @typedef {import("./types.js").Announcement} Announcement */

/**
 * @typedef {Object} HallState  never changed in place: each frame gives a new one
 * @property {import("./types.js").Branch} branch
 * @property {string} epoch
 * @property {number} seq
 * @property {string | null} business_day
 * @property {Map<string, Ticket>} tickets  by id
 * @property {Map<string, Counter>} counters  by id
 * @property {Map<string, Advice>} advices  by counter class
 * @property {Call[]} recent_calls  newest first
 * @property {Map<string, Device>} devices  by id
 * @property {Map<string, Announcement>} announcements  by ticket: what became of its call, while it is at a counter
 */

export const RECENT_CALLS = 12;
const HELD = new Set(["booked", "waiting", "called", "serving", "parked"]);
const AT_COUNTER = new Set(["called", "serving"]);
const STANDING = new Set(["issued", "accepted"]);

/**
 * @param {Snapshot} snapshot
 * @returns {HallState}
 */
export function hallFrom(snapshot) {
  return {
    branch: snapshot.branch,
    epoch: snapshot.epoch,
    seq: snapshot.seq,
    business_day: snapshot.business_day,
    tickets: by(snapshot.tickets, (ticket) => ticket.id),
    counters: by(snapshot.counters, (counter) => counter.id),
    advices: by(snapshot.advices, (advice) => advice.counter_class),
    recent_calls: snapshot.recent_calls,
    devices: by(snapshot.devices || [], (device) => device.id),
    announcements: by(snapshot.announcements || [], (announcement) => announcement.ticket_id),
  };
}

/**
 * The same hall some events later. `seq` is the frame's: events for other audiences are left out of the frame,
 * but counted.
 * @param {HallState} hall
 * @param {HallEvent[]} events
 * @param {number} seq
 * @param {{staff: boolean}} audience  staff keep today's missed numbers: they may be taken on again
 * @returns {HallState}
 */
export function applied(hall, events, seq, audience) {
  const next = Object.assign({}, hall, {
    seq,
    tickets: new Map(hall.tickets),
    counters: new Map(hall.counters),
    advices: new Map(hall.advices),
    devices: new Map(hall.devices),
    announcements: new Map(hall.announcements),
  });
  events.forEach((event) => apply(next, event, audience.staff));
  return next;
}

/**
 * @param {HallState} hall  a fresh copy
 * @param {HallEvent} event
 * @param {boolean} staff
 */
function apply(hall, event, staff) {
  if (event.kind === "branch.day_started") startDay(hall, event);
  if (event.ticket) {
    noteCall(hall, event, event.ticket);
    placeTicket(hall, event.ticket, staff);
  }
  if (event.counter) hall.counters.set(event.counter.id, event.counter);
  if (event.advice) placeAdvice(hall, event.kind, event.advice);
  if (event.branch) hall.branch = event.branch;
  if (event.counters) hall.counters = by(event.counters, (counter) => counter.id);
  if (event.device) hall.devices.set(event.device.id, event.device);
  const told = event.announcement;
  if (told && told.stands) hall.announcements.set(told.ticket_id, told);
}

/**
 * @param {HallState} hall
 * @param {Ticket} ticket
 * @param {boolean} staff
 */
function placeTicket(hall, ticket, staff) {
  hall.tickets.delete(ticket.id);
  if (!AT_COUNTER.has(ticket.state)) hall.announcements.delete(ticket.id);
  if (HELD.has(ticket.state) || (staff && ticket.state === "no_show")) hall.tickets.set(ticket.id, ticket);
}

/**
 * A score is a judgement afterwards: it changes nothing about what stands.
 * @param {HallState} hall
 * @param {string} kind
 * @param {Advice} advice
 */
function placeAdvice(hall, kind, advice) {
  const stands = hall.advices.get(advice.counter_class);
  if (kind === "advice.scored" && (!stands || stands.id !== advice.id)) return;
  if (STANDING.has(advice.state)) hall.advices.set(advice.counter_class, advice);
  else hall.advices.delete(advice.counter_class);
}

/**
 * @param {HallState} hall
 * @param {HallEvent} event
 * @param {Ticket} ticket
 */
function noteCall(hall, event, ticket) {
  const call = callOf(hall, event, ticket);
  if (!call) return;
  hall.recent_calls = [call].concat(hall.recent_calls).slice(0, RECENT_CALLS);
  hall.announcements.delete(ticket.id);
}

/**
 * The call-out that an event is, if it is one.
 * @param {HallState} hall
 * @param {HallEvent} event
 * @param {Ticket | null} ticket
 * @returns {Call | null}
 */
export function callOf(hall, event, ticket = event.ticket) {
  if (event.kind !== "ticket.called" && event.kind !== "ticket.recalled") return null;
  const counter = ticket && ticket.counter_id !== null ? hall.counters.get(ticket.counter_id) : undefined;
  if (!ticket || !counter) return null;
  return {
    seq: event.seq,
    number: ticket.number,
    counter_number: counter.number,
    queue_id: ticket.queue_id,
    at: event.at,
    repeat: event.kind === "ticket.recalled",
  };
}

/**
 * @param {HallState} hall
 * @param {HallEvent} event
 */
function startDay(hall, event) {
  hall.business_day = event.day;
  hall.recent_calls = [];
  hall.devices.clear();
  hall.announcements.clear();
  for (const [id, ticket] of hall.tickets) {
    if (!HELD.has(ticket.state)) hall.tickets.delete(id);
  }
}

/**
 * The ticket called to, or being served at, a counter.
 * @param {HallState} hall
 * @param {string} counterId
 * @returns {Ticket | null}
 */
export function current(hall, counterId) {
  for (const ticket of hall.tickets.values()) {
    if (AT_COUNTER.has(ticket.state) && ticket.counter_id === counterId) return ticket;
  }
  return null;
}

/**
 * Who waits in a queue, by arrival. Which of them is called next is the server's to say.
 * @param {HallState} hall
 * @param {string} queueId
 * @returns {Ticket[]}
 */
export function waiting(hall, queueId) {
  return inState(hall, "waiting").filter((ticket) => ticket.queue_id === queueId);
}

/**
 * Tickets in one state, by arrival.
 * @param {HallState} hall
 * @param {import("./types.js").TicketState} state
 * @returns {Ticket[]}
 */
export function inState(hall, state) {
  const found = Array.from(hall.tickets.values()).filter((ticket) => ticket.state === state);
  return found.sort((a, b) => compare(arrival(a), arrival(b)) || compare(a.number, b.number));
}

/** @param {Ticket} ticket */
function arrival(ticket) {
  return Date.parse(ticket.order_at || ticket.arrived_at);
}

/**
 * @param {string | number} a
 * @param {string | number} b
 */
function compare(a, b) {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/**
 * @template Thing
 * @param {Thing[]} things
 * @param {(thing: Thing) => string} key
 * @returns {Map<string, Thing>}
 */
function by(things, key) {
  return new Map(things.map((thing) => /** @type {[string, Thing]} */ ([key(thing), thing])));
}
