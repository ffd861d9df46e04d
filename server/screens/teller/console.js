/** The working console of one counter: its parts, and what each of them is told. */

import { el } from "../shared/dom.js";
import { AsideList } from "./aside_list.js";
import { Bar } from "./bar.js";
import { Keypad } from "./keypad.js";
import { RequestLine } from "./request_line.js";
import { TallyStrip } from "./tally_strip.js";
import { TicketCard } from "./ticket_card.js";
import { WaitingList } from "./waiting_list.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./moves.js").MoveId} MoveId */

export class Console {
  /**
   * @param {import("../shared/live.js").LiveHall} live
   * @param {import("./day_book.js").DayBook} book
   * @param {import("./intents.js").Intents} intents
   * @param {{press: (id: MoveId) => void, take: (id: "resume" | "again", ticket: any) => void}} doing
   */
  constructor(live, book, intents, doing) {
    this._live = live;
    this._book = book;
    this._intents = intents;
    this._bar = new Bar(doing.press);
    this._request = new RequestLine(doing.press);
    this._card = new TicketCard();
    this._keypad = new Keypad(doing.press);
    this._waiting = new WaitingList();
    this._parked = new AsideList("resume", (ticket) => doing.take("resume", ticket));
    this._missed = new AsideList("again", (ticket) => doing.take("again", ticket));
    this._tally = new TallyStrip();
    this.element = this._arranged();
  }

  _arranged() {
    const work = el("div", { class: "desk__work" }, this._request.element, this._card.element, this._keypad.element);
    const asides = el("div", { class: "desk__asides" }, this._parked.element, this._missed.element);
    const hall = el("div", { class: "desk__hall" }, this._waiting.element, asides, this._tally.element);
    return el("div", { class: "desk" }, this._bar.element, work, hall);
  }

  /** @param {Desk} desk */
  draw(desk) {
    this.element.dataset.class = desk.counter.counter_class;
    this._bar.draw(desk, this._intents);
    this._request.draw(desk, this._intents);
    this._card.draw(desk, desk.current && this._book.why(desk.current.id));
    this._keypad.draw(desk, this._intents, this._live.status === "stale");
    this._waiting.draw(desk, this._live.clock);
    this.tick(desk);
  }

  /**
   * Once a second: whatever shows a time.
   * @param {Desk} desk
   */
  tick(desk) {
    const { clock } = this._live;
    const tally = this._book.tally(desk.counter.id);
    this._bar.tick(desk, clock);
    this._card.tick(desk, clock, tally.lastEnd);
    this._waiting.tick(clock);
    this._parked.draw(desk, this._intents, (ticket) => clock.since(this._book.setAsideAt(ticket)));
    this._missed.draw(desk, this._intents, (ticket) => clock.since(this._book.setAsideAt(ticket)));
    this._tally.draw(tally, desk.hall.branch.time_zone);
  }
}
