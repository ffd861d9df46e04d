/** One counter's own screen, above it: its number from afar, and who is awaited there now. */

import { tCountIn } from "/screens/shared/boot.js";
import { el, fill } from "/screens/shared/dom.js";
import { current, waiting } from "/screens/shared/hall_state.js";
import { icon } from "/screens/shared/icons.js";
import { both, inBoth } from "./languages.js";
import { notice } from "./notice_card.js";

/** @typedef {import("/screens/shared/types.js").Call} Call */
/** @typedef {import("/screens/shared/types.js").Counter} Counter */
/** @typedef {import("/screens/shared/types.js").Ticket} Ticket */
/** @typedef {import("/screens/shared/hall_state.js").HallState} HallState */
/** @typedef {import("./main.js").Parts} Parts */

export class CounterBoard {
  /**
   * @param {HTMLElement} place
   * @param {Parts} parts
   */
  constructor(place, parts) {
    this._parts = parts;
    this._place = place;
    this._said = "";
  }

  /** Another layout takes its place. */
  leave() {}

  /** @param {HallState} hall */
  draw(hall) {
    const counter = this._counter(hall);
    const ticket = counter && current(hall, counter.id);
    const ahead = counter ? awaited(hall, counter) : 0;
    const says = JSON.stringify(counter && [counter.status, ticket && [ticket.number, ticket.state, ticket.calls], ahead]);
    if (says === this._said) return;
    this._said = says;
    if (counter) fill(this._place, plate(counter), doing(counter, ticket), foot(counter, ahead));
    else fill(this._place, notice(both("display.counter_unknown"), both("display.counter_unknown_words")));
  }

  /**
   * @param {HallState} hall
   * @param {Call[]} _calls
   * @param {boolean} fresh
   */
  show(hall, _calls, fresh) {
    this.draw(hall);
    const now = this._place.querySelector(".doing");
    if (fresh && now) {
      now.classList.remove("doing--fresh");
      now.getBoundingClientRect(); // or the light would not begin anew for a recall
      now.classList.add("doing--fresh");
    }
  }

  /** @param {HallState} hall */
  _counter(hall) {
    return this._parts.wishes.counter === "" ? null : this._parts.zone.counters(hall)[0] || null;
  }
}

/** @param {Counter} counter */
function plate(counter) {
  const machine = counter.counter_class === "self_service";
  return el(
    "header",
    { class: "plate", "data-class": counter.counter_class, "data-status": counter.status },
    el("p", { class: "plate__label" }, both(machine ? "display.machine" : "display.counter")),
    el("p", { class: "plate__number" }, counter.number),
    el("p", { class: "plate__class" }, both(`shared.class.${counter.counter_class}`)),
  );
}

/**
 * @param {Counter} counter
 * @param {Ticket | null} ticket
 */
function doing(counter, ticket) {
  const of = { class: "doing", "data-class": counter.counter_class, "data-state": ticket ? ticket.state : counter.status };
  if (!ticket) return el("section", of, notice(both(`display.counter_${counter.status}`), adviceOf(counter)));
  const machine = counter.counter_class === "self_service";
  const come = machine ? "display.machine_come" : "display.counter_come";
  return el(
    "section",
    of,
    el("p", { class: "doing__number" }, ticket.number),
    el("p", { class: "doing__words" }, both(ticket.state === "called" ? come : "display.being_served")),
  );
}

/** @param {Counter} counter */
function adviceOf(counter) {
  return counter.status === "open" ? undefined : both(`display.counter_${counter.status}_words`);
}

/**
 * Who comes next is decided when the key is pressed: a promise kept, a rule, an appointment. So no number is named here
 * that another might then pass.
 * @param {Counter} counter
 * @param {number} ahead
 */
function foot(counter, ahead) {
  if (counter.status === "closed") return null;
  const words = inBoth((lang) => tCountIn(lang, "display.wait_here", ahead));
  return el("footer", { class: "foot" }, icon("people"), el("p", { class: "foot__words" }, words));
}

/**
 * @param {HallState} hall
 * @param {Counter} counter
 */
function awaited(hall, counter) {
  const own = counter.profile.filter((entry) => !entry.helps);
  return own.reduce((sum, entry) => sum + waiting(hall, entry.queue_id).length, 0);
}
