/** Numbers set aside: parked customers, who are served on, and missed ones, who are taken on again. */

import { t } from "../shared/boot.js";
import { el, say } from "../shared/dom.js";
import { durationWords } from "../shared/waits.js";
import { keepFocus } from "../staff/focus.js";
import { hasSkill } from "./desk.js";
import { move } from "./moves.js";
import { Rows } from "../staff/rows.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../shared/types.js").Ticket} Ticket */

/** @typedef {{ticket: Ticket, time: string, dead: boolean, words: string}} Aside */

export class AsideList {
  /**
   * @param {"resume" | "again"} id
   * @param {(ticket: Ticket) => void} take
   */
  constructor(id, take) {
    this._id = id;
    this._title = el("h2", { class: "panel__title" });
    this._count = el("span", { class: "panel__count" });
    const hint = el("kbd", { class: "hint" }, move(id).letter);
    this._list = el("ol", { class: "queue" });
    this._empty = el("p", { class: "panel__empty" });
    const head = el("header", { class: "panel__head" }, this._title, this._count, hint);
    const body = el("div", { class: "panel__body" }, this._empty, this._list);
    this.element = el("section", { class: "panel" }, head, body);
    this._rows = new Rows(this._list, (/** @type {Aside} */ item) => item.ticket.id, () => asideRow(take));
  }

  /**
   * @param {Desk} desk
   * @param {import("./intents.js").Intents} intents
   * @param {(ticket: Ticket) => number} secondsAside
   */
  draw(desk, intents, secondsAside) {
    const tickets = this._id === "resume" ? desk.parked : desk.missed;
    const dead = !move(this._id).allowed(desk) || !intents.isLive();
    say(this._title, t(`teller.aside.${this._id}`));
    say(this._count, String(tickets.length));
    say(this._empty, t(`teller.aside.${this._id}_none`));
    this._empty.hidden = tickets.length > 0;
    this._rows.draw(
      tickets.map((ticket) => {
        const back = this._id === "resume" && !hasSkill(desk.counter, ticket);
        const words = t(back ? "teller.aside.resume_back" : `teller.aside.${this._id}_take`);
        return { ticket, dead, words, time: durationWords(secondsAside(ticket)) };
      }),
    );
  }
}

/**
 * @param {(ticket: Ticket) => void} take
 * @returns {import("../staff/rows.js").Row<Aside>}
 */
function asideRow(take) {
  const number = el("span", { class: "row__number row__number--plain" });
  const time = el("span", { class: "row__time" });
  const button = el("button", { class: "button button--small", type: "button" });
  button.onmousedown = keepFocus;
  return {
    element: el("li", { class: "row" }, number, time, button),
    draw(item) {
      say(number, item.ticket.number);
      say(time, item.time);
      say(button, item.words);
      button.disabled = item.dead;
      button.onclick = () => take(item.ticket);
    },
  };
}
