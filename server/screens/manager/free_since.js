/** Since when each counter has been free: the end of its last customer, told by the events alone. */

/** @typedef {import("../shared/types.js").HallEvent} HallEvent */

export class FreeSince {
  constructor() {
    /** @type {Map<string, string>} ticket -> the counter it is at */
    this._at = new Map();
    /** @type {Map<string, string>} counter -> when its last customer left it */
    this._since = new Map();
  }

  /** @param {HallEvent} event */
  hear({ ticket, at }) {
    if (!ticket) return;
    const before = this._at.get(ticket.id);
    const there = ticket.state === "called" || ticket.state === "serving";
    if (there && ticket.counter_id) this._at.set(ticket.id, ticket.counter_id);
    else if (before !== undefined) {
      this._at.delete(ticket.id);
      this._since.set(before, at);
    }
  }

  forget() {
    this._at.clear();
    this._since.clear();
  }

  /** @param {string} counterId */
  of(counterId) {
    return this._since.get(counterId) ?? null;
  }
}
