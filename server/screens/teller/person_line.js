/** Who the customer at the counter is, where they have said so: asked for once they stand here, and kept nowhere. */

import { get } from "../shared/api.js";
import { boot, t } from "../shared/boot.js";
import { el, say } from "../shared/dom.js";

/** @typedef {{ name: string, phone: string, card: string }} Person */

export class PersonLine {
  constructor() {
    this.element = el("p", { class: "ticket__person", "aria-live": "polite" });
    /** @type {string} for whom it was asked last, and about which ticket: another teller asks anew */
    this._asked = "";
    /** @type {Person | null} */
    this._person = null;
  }

  /** @param {import("./desk.js").Desk} desk */
  draw(desk) {
    const ticket = desk.mine ? desk.current : null;
    const asked = ticket ? `${boot.actor.id} ${ticket.id}` : "";
    if (asked !== this._asked) {
      this._asked = asked;
      this._person = null;
      if (ticket) this._ask(ticket.id, asked);
    }
    say(this.element, this._person ? words(this._person) : "");
  }

  /**
   * @param {string} id
   * @param {string} asked
   */
  async _ask(id, asked) {
    try {
      const { person } = await get(`tickets/${encodeURIComponent(id)}/person`);
      if (asked !== this._asked) return; // somebody else stands there by now
      this._person = person;
      if (person) say(this.element, words(person));
    } catch (refused) {
      // A teller can do without it. Where there was no answer it is asked again when something happens next.
      if (asked === this._asked && /** @type {any} */ (refused).status === 0) this._asked = "";
    }
  }
}

/** @param {Person} person */
function words({ name, phone, card }) {
  return [name, phone, card && t("teller.person.card", { card })].filter(Boolean).join(" · ");
}
