/** The whole branch at a glance: every counter with who is there, every queue with its wait. */

import { el, fill } from "/screens/shared/dom.js";
import { current } from "/screens/shared/hall_state.js";
import { both } from "./languages.js";
import { drawWaiting } from "./waiting.js";

/** @typedef {import("/screens/shared/types.js").Call} Call */
/** @typedef {import("/screens/shared/types.js").Counter} Counter */
/** @typedef {import("/screens/shared/hall_state.js").HallState} HallState */
/** @typedef {import("./main.js").Parts} Parts */

// Up to so many counters stand in one, two, three and four rows, in as many columns as it takes.
const ROWS_FOR = [3, 10, 18, 28];
const FEW = 10;

export class OverviewBoard {
  /**
   * @param {HTMLElement} place
   * @param {Parts} parts
   */
  constructor(place, parts) {
    this._parts = parts;
    this._counters = el("section", { class: "counters" });
    this._waiting = el("section", { class: "waiting" });
    /** @type {Set<number>} */
    this._fresh = new Set();
    fill(place, this._counters, this._waiting);
  }

  /** Another layout takes its place. */
  leave() {}

  /** @param {HallState} hall */
  draw(hall) {
    const { zone, offers } = this._parts;
    const counters = zone.counters(hall);
    this._counters.style.setProperty("--columns", String(columnsFor(counters.length)));
    this._counters.setAttribute("data-crowd", counters.length > FEW ? "many" : "few");
    fill(this._counters, counters.map((counter) => this._card(hall, counter)));
    drawWaiting(this._waiting, hall, zone.queues(hall), (queueId) => offers.of(queueId));
  }

  /**
   * @param {HallState} hall
   * @param {Call[]} calls
   * @param {boolean} fresh
   */
  show(hall, calls, fresh) {
    if (!fresh) return;
    this._fresh = new Set(calls.map((call) => call.counter_number));
    this.draw(hall);
    this._fresh = new Set();
  }

  /**
   * @param {HallState} hall
   * @param {Counter} counter
   */
  _card(hall, counter) {
    const ticket = current(hall, counter.id);
    const state = ticket ? ticket.state : counter.status;
    const lit = this._fresh.has(counter.number) ? " desk--fresh" : "";
    return el(
      "article",
      { class: `desk${lit}`, "data-class": counter.counter_class, "data-state": state },
      el(
        "header",
        { class: "desk__head" },
        el("span", { class: "desk__counter" }, counter.number),
        el(
          "div",
          { class: "desk__about" },
          el("p", { class: "desk__state" }, both(`display.desk_${state}`)),
          el("p", { class: "unseen" }, both(`shared.class.${counter.counter_class}`)),
        ),
      ),
      el("p", { class: "desk__number" }, ticket ? ticket.number : el("span", { class: "desk__none", "aria-hidden": "true" }, "–")),
    );
  }
}

/** @param {number} counters */
function columnsFor(counters) {
  const rows = ROWS_FOR.findIndex((most) => counters <= most) + 1 || ROWS_FOR.length + 1;
  return Math.max(1, Math.ceil(counters / rows));
}
