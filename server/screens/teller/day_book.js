/** What the events of the day say about one counter: why each number was called, and how many were served. */

/** @typedef {import("../shared/types.js").HallEvent} HallEvent */
/** @typedef {import("../shared/types.js").Reason} Reason */

/**
 * @typedef {Object} Tally
 * @property {number} served
 * @property {number} missed
 * @property {number | null} meanSeconds  from start to end; null before the first
 * @property {string | null} since  the oldest event it is drawn from
 * @property {string | null} lastEnd  when the counter last became free
 */

export class DayBook {
  constructor() {
    /** @type {Map<string, Reason>} why a ticket was last called */
    this._why = new Map();
    /** @type {Map<string, {served: number, missed: number, seconds: number, timed: number, lastEnd: string | null}>} */
    this._counters = new Map();
    /** @type {Map<string, string>} ticket -> counter it was called to: a missed ticket no longer names it */
    this._calledTo = new Map();
    /** @type {Map<string, string>} */
    this._parkedAt = new Map();
    /** @type {string | null} */
    this._since = null;
  }

  forget() {
    this._why.clear();
    this._counters.clear();
    this._calledTo.clear();
    this._parkedAt.clear();
    this._since = null;
  }

  /** @param {HallEvent} event */
  hear(event) {
    if (event.kind === "branch.day_started") this.forget();
    this._since ??= event.at;
    if (!event.ticket) return;
    if (event.kind === "ticket.parked") this._parkedAt.set(event.ticket.id, event.at);
    if (event.kind === "ticket.called") this._noteCall(event);
    else if (event.kind === "ticket.resumed") this._calledTo.set(event.ticket.id, event.ticket.counter_id ?? "");
    else this._noteEnd(event);
  }

  /** @param {string} ticketId */
  why(ticketId) {
    return this._why.get(ticketId) ?? null;
  }

  /**
   * When a customer was parked or missed for good: the ticket itself tells only the latter.
   * @param {import("../shared/types.js").Ticket} ticket
   */
  setAsideAt(ticket) {
    const began = ticket.started_at ?? ticket.called_at ?? ticket.arrived_at;
    return ticket.ended_at ?? this._parkedAt.get(ticket.id) ?? began;
  }

  /**
   * @param {string} counterId
   * @returns {Tally}
   */
  tally(counterId) {
    const { served, missed, seconds, timed, lastEnd } = this._of(counterId);
    return { served, missed, meanSeconds: timed ? seconds / timed : null, since: this._since, lastEnd };
  }

  /** @param {HallEvent} event */
  _noteCall(event) {
    const ticket = /** @type {import("../shared/types.js").Ticket} */ (event.ticket);
    if (event.reason) this._why.set(ticket.id, event.reason);
    this._calledTo.set(ticket.id, ticket.counter_id ?? "");
  }

  /** @param {HallEvent} event */
  _noteEnd(event) {
    const ticket = /** @type {import("../shared/types.js").Ticket} */ (event.ticket);
    const counterId = this._calledTo.get(ticket.id);
    const left = ticket.state !== "called" && ticket.state !== "serving";
    if (counterId === undefined || !left) return;
    this._calledTo.delete(ticket.id);
    const tally = this._of(counterId);
    tally.lastEnd = event.at;
    if (event.kind === "ticket.completed") {
      tally.served += 1;
      if (ticket.started_at) {
        tally.timed += 1;
        tally.seconds += (Date.parse(event.at) - Date.parse(ticket.started_at)) / 1000;
      }
    }
    // A first miss puts the number back in its queue, with the miss counted; only the last one ends it.
    if (event.kind === "ticket.no_show" || event.reason?.code === "missed") tally.missed += 1;
  }

  /** @param {string} counterId */
  _of(counterId) {
    let tally = this._counters.get(counterId);
    if (!tally) this._counters.set(counterId, (tally = { served: 0, missed: 0, seconds: 0, timed: 0, lastEnd: null }));
    return tally;
  }
}
