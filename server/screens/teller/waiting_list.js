/** Who waits for this counter, in the order they came, and for how long. */

import { name, t } from "../shared/boot.js";
import { el, say } from "../shared/dom.js";
import { durationWords } from "../shared/waits.js";
import { pastCap } from "./desk.js";
import { Rows } from "../staff/rows.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../shared/types.js").Ticket} Ticket */
/** @typedef {import("../shared/clock.js").ServerClock} ServerClock */

export class WaitingList {
  constructor() {
    this._title = el("h2", { class: "panel__title" });
    this._count = el("span", { class: "panel__count" });
    this._over = el("span", { class: "panel__alarm" });
    this._own = el("ol", { class: "queue" });
    this._helpedTitle = el("h3", { class: "label queue__part" });
    this._helped = el("ol", { class: "queue queue--helped" });
    this._empty = el("p", { class: "panel__empty" });
    const head = el("header", { class: "panel__head" }, this._title, this._count, this._over);
    const body = el("div", { class: "panel__body" }, this._empty, this._own, this._helpedTitle, this._helped);
    this.element = el("section", { class: "panel waiting" }, head, body);
    /** @type {Desk | null} */
    this._desk = null;
    const make = () => waitingRow();
    this._ownRows = new Rows(this._own, (/** @type {Waiting} */ item) => item.ticket.id, make);
    this._helpedRows = new Rows(this._helped, (/** @type {Waiting} */ item) => item.ticket.id, make);
  }

  /**
   * @param {Desk} desk
   * @param {ServerClock} clock
   */
  draw(desk, clock) {
    this._desk = desk;
    say(this._title, t("teller.waiting"));
    say(this._helpedTitle, t("teller.helping"));
    say(this._empty, t("teller.nobody_waits"));
    say(this._count, String(desk.own.length));
    this._helpedTitle.hidden = desk.helped.length === 0;
    this._empty.hidden = desk.own.length > 0;
    this.tick(clock);
  }

  /** @param {ServerClock} clock */
  tick(clock) {
    const desk = this._desk;
    if (!desk) return;
    const own = desk.own.map((ticket) => waiting(desk, ticket, clock));
    this._ownRows.draw(own);
    this._helpedRows.draw(desk.helped.map((ticket) => waiting(desk, ticket, clock)));
    const over = own.filter((item) => item.over).length;
    say(this._over, over ? t("teller.over_cap", { n: over, cap: capMinutes(desk) }) : "");
  }
}

/**
 * @typedef {Object} Waiting
 * @property {Ticket} ticket
 * @property {string} service
 * @property {string} counterClass
 * @property {number} seconds  since they came: what the order goes by
 * @property {boolean} over
 */

/**
 * @param {Desk} desk
 * @param {Ticket} ticket
 * @param {ServerClock} clock
 * @returns {Waiting}
 */
function waiting(desk, ticket, clock) {
  const { services, queues } = desk.hall.branch;
  const seconds = clock.since(ticket.order_at ?? ticket.arrived_at);
  return {
    ticket,
    service: name(services[ticket.service_id]?.name),
    counterClass: queues[ticket.queue_id]?.counter_class ?? "",
    seconds,
    over: pastCap(desk.hall, seconds),
  };
}

/** @param {Desk} desk */
function capMinutes(desk) {
  return Math.round((desk.hall.branch.rules?.wait_cap_s ?? 0) / 60);
}

/** @returns {import("../staff/rows.js").Row<Waiting>} */
function waitingRow() {
  const number = el("span", { class: "tag tag--soft row__number" });
  const service = el("span", { class: "row__text" });
  const mark = el("span", { class: "mark" });
  const wait = el("span", { class: "row__time" });
  const element = el("li", { class: "row" }, number, service, mark, wait);
  return {
    element,
    draw({ ticket, service: words, counterClass, seconds, over }) {
      element.dataset.class = counterClass;
      element.classList.toggle("row--over", over);
      const kind = markOf(ticket, counterClass);
      mark.dataset.mark = kind;
      say(number, ticket.number);
      say(service, words);
      say(mark, kind ? t(`teller.mark.${kind}`) : "");
      say(wait, durationWords(seconds));
    },
  };
}

/**
 * What makes this customer's turn differ from plain order. In a VIP queue everyone is a VIP: no word for it there.
 * @param {Ticket} ticket
 * @param {string} counterClass
 */
function markOf(ticket, counterClass) {
  if (ticket.appointment_at) return "appointment";
  if (ticket.deferred_to !== null && ticket.deferred_to !== undefined) return "deferred";
  if (ticket.due_call !== null && ticket.due_call !== undefined) return "promised";
  return ticket.segment === "ordinary" || ticket.segment === counterClass ? "" : ticket.segment;
}
