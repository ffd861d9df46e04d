/** The customer at the counter: the number, how long it has been there, and why it was this one. */

import { name, t } from "../shared/boot.js";
import { el, fill, say } from "../shared/dom.js";
import { durationWords } from "../shared/waits.js";
import { isHeldByOther } from "./desk.js";
import { heardAt } from "./heard.js";
import { PersonLine } from "./person_line.js";
import { stopwatch } from "./stopwatch.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../shared/types.js").Ticket} Ticket */
/** @typedef {import("../shared/types.js").Reason} Reason */

// A transfer or a second service begins the wait anew; below this the two waits are the same to anyone.
const SAME_WAIT_S = 60;

export class TicketCard {
  constructor() {
    this._state = el("p", { class: "ticket__state" });
    this._heard = el("p", { class: "ticket__heard", "aria-live": "polite" });
    this._watch = el("p", { class: "ticket__watch", role: "timer" });
    this._watchFor = el("p", { class: "ticket__watch-for" });
    this._number = el("p", { class: "ticket__number", "aria-live": "polite" });
    this._person = new PersonLine();
    this._reasonTitle = el("h2", { class: "label" });
    this._reason = el("p", { class: "ticket__why" });
    this._facts = el("dl", { class: "facts" });
    const said = el("div", { class: "ticket__said" }, this._state, this._heard);
    const top = el("div", { class: "ticket__top" }, said, el("div", null, this._watch, this._watchFor));
    const why = el("div", { class: "ticket__reason" }, this._reasonTitle, this._reason);
    this.element = el("section", { class: "ticket panel" }, top, this._number, this._person.element, why, this._facts);
  }

  /**
   * @param {Desk} desk
   * @param {Reason | null} why
   */
  draw(desk, why) {
    const ticket = desk.current;
    this.element.dataset.state = ticket ? ticket.state : desk.counter.status;
    say(this._state, ticket ? stateWords(ticket) : "");
    say(this._number, ticket ? ticket.number : emptyWords(desk));
    this._number.classList.toggle("ticket__number--words", !ticket);
    this._person.draw(desk);
    say(this._reasonTitle, ticket ? t("teller.why") : "");
    say(this._reason, ticket && why ? name(why.words) : "");
    fill(this._facts, ticket ? facts(desk, ticket) : []);
  }

  /**
   * @param {Desk} desk
   * @param {import("../shared/clock.js").ServerClock} clock
   * @param {string | null} freeSince
   */
  tick(desk, clock, freeSince) {
    const [since, key] = watched(desk, freeSince);
    say(this._watch, since ? stopwatch(clock.since(since)) : "");
    say(this._watchFor, since ? t(key) : "");
    const heard = heardAt(desk.hall, desk.counter.id, clock);
    this._heard.dataset.heard = heard ?? "";
    say(this._heard, heard ? t(`teller.heard.${heard}`) : "");
  }
}

/** @param {Ticket} ticket */
function stateWords(ticket) {
  const times = ticket.state === "called" && ticket.calls > 1;
  return times ? t("teller.called_times", { n: ticket.calls }) : t(`teller.state.${ticket.state}`);
}

/** @param {Desk} desk */
function emptyWords(desk) {
  if (isHeldByOther(desk.counter)) return t("teller.held_by", { name: desk.counter.staff_name });
  if (desk.counter.status === "paused") return pauseWords(desk.counter.pause_reason);
  return t(desk.counter.status === "closed" ? "teller.counter_closed" : "teller.nobody_here");
}

/** @param {string | null | undefined} reason  one of ours is told in words, any other as it was written */
export function pauseWords(reason) {
  if (!reason) return t("teller.counter.paused");
  const told = t(`pause.${reason}`);
  return told === `pause.${reason}` ? reason : told;
}

/**
 * What the stopwatch counts from, and what it says it counts.
 * @param {Desk} desk
 * @param {string | null} freeSince
 * @returns {[string | null, string]}
 */
function watched(desk, freeSince) {
  const ticket = desk.current;
  if (ticket && ticket.state === "serving" && ticket.started_at) return [ticket.started_at, "teller.since_start"];
  if (ticket && ticket.called_at) return [ticket.called_at, "teller.since_call"];
  const { status, since } = desk.counter;
  if (status === "paused") return [since, "teller.since_pause"];
  if (status === "closed") return [null, ""];
  const later = freeSince && since && Date.parse(freeSince) > Date.parse(since) ? freeSince : since;
  return [later, "teller.since_free"];
}

/**
 * @param {Desk} desk
 * @param {Ticket} ticket
 */
function facts(desk, ticket) {
  const { services, queues } = desk.hall.branch;
  const later = (ticket.later_services ?? []).map((id) => name(services[id]?.name));
  return [
    fact("teller.service", name(services[ticket.service_id]?.name)),
    fact("teller.customer", t(`segment.${ticket.segment}`), ticket.segment === "ordinary" ? "" : ticket.segment),
    fact("teller.waited", waitedWords(ticket)),
    fact("teller.queue", name(queues[ticket.queue_id]?.name)),
    fact("teller.afterwards", later.length ? later.join(" → ") : t("teller.nothing")),
  ];
}

/**
 * @param {string} key
 * @param {string} value
 * @param {string} [mark]
 */
function fact(key, value, mark = "") {
  return el("div", { class: "fact", "data-mark": mark || null }, el("dt", null, t(key)), el("dd", null, value));
}

/** @param {Ticket} ticket */
function waitedWords(ticket) {
  if (!ticket.called_at) return "–";
  const called = Date.parse(ticket.called_at);
  const here = Math.max(0, (called - Date.parse(ticket.arrived_at)) / 1000);
  const whole = Math.max(0, (called - Date.parse(ticket.order_at ?? ticket.arrived_at)) / 1000);
  if (whole - here < SAME_WAIT_S) return durationWords(here);
  return t("teller.waited_in_all", { here: durationWords(here), whole: durationWords(whole) });
}
