/** The number on its paper: who is ahead, how long it takes, where to go, and a way to give it back. */

import { language, name, t, tCount } from "/screens/shared/boot.js";
import { calendarDay, clockTime } from "/screens/shared/clock.js";
import { el, fill, say } from "/screens/shared/dom.js";
import { waitWords } from "/screens/shared/waits.js";
import { doneKey } from "./outcome.js";
import { ownPaper } from "./own_paper.js";

/** @typedef {import("./kiosk.js").Kiosk} Kiosk */
/** @typedef {import("/screens/shared/types.js").Ticket} Ticket */

/**
 * @param {Kiosk} kiosk
 * @returns {import("./main.js").Drawing}
 */
export function drawTicket(kiosk) {
  const ticket = /** @type {Ticket} */ (kiosk.visit.ticket);
  const advice = el("p", { class: "outcome__now", role: "status" });
  const givingBack = giveBackKey(kiosk, ticket);
  const refresh = () => {
    say(advice, whatNow(kiosk, ticket));
    givingBack.hidden = calledTo(kiosk, ticket) !== null;
  };
  refresh();
  const element = el(
    "section",
    { class: "outcome" },
    el("h1", { class: "stage__title", tabindex: "-1" }, t("kiosk.ticket")),
    paper(kiosk, ticket),
    kiosk.visit.offline && el("p", { class: "outcome__offline" }, t("kiosk.ticket.offline")),
    ownPaper(kiosk),
    advice,
    later(kiosk, ticket),
    el("div", { class: "outcome__keys" }, doneKey(kiosk), givingBack),
  );
  return { element, refresh };
}

/**
 * The ticket as the printer would give it.
 * @param {Kiosk} kiosk
 * @param {Ticket} ticket
 */
function paper(kiosk, ticket) {
  const zone = kiosk.branch.time_zone;
  const issued = Date.parse(ticket.issued_at || ticket.arrived_at);
  const unknown = ticket.quote_p50_s === null;
  const wait = unknown ? t("kiosk.ticket.unknown") : waitWords(ticket.quote_p50_s, ticket.quote_p90_s);
  return el(
    "article",
    { class: "paper", "data-class": kiosk.branch.queues[ticket.queue_id].counter_class },
    el(
      "p",
      { class: "paper__head" },
      el("span", { class: "paper__branch" }, name(kiosk.branch.name)),
      el("span", null, `${calendarDay(issued, zone, language())} ${clockTime(issued, zone)}`),
    ),
    el("p", { class: "paper__number" }, ticket.number),
    el("p", { class: "paper__service" }, name(kiosk.branch.services[ticket.service_id].name)),
    el(
      "dl",
      { class: "paper__facts" },
      fact("kiosk.ticket.ahead", aheadWords(ticket.ahead)),
      fact("kiosk.ticket.wait", wait),
    ),
  );
}

/** @param {number | null | undefined} ahead  unknown while the server is away */
function aheadWords(ahead) {
  if (ahead === null || ahead === undefined) return t("kiosk.ticket.unknown");
  return ahead === 0 ? t("kiosk.ticket.nobody") : tCount("shared.people", ahead);
}

/**
 * @param {string} key
 * @param {string} value
 */
function fact(key, value) {
  return el("div", null, el("dt", null, t(key)), el("dd", null, value));
}

/**
 * Where to go, from the live hall: a free machine calls at once.
 * @param {Kiosk} kiosk
 * @param {Ticket} ticket
 */
function whatNow(kiosk, ticket) {
  const atMachine = kiosk.branch.queues[ticket.queue_id].counter_class === "self_service";
  const counter = calledTo(kiosk, ticket);
  if (counter) return t(atMachine ? "kiosk.ticket.called_machine" : "kiosk.ticket.called", { counter: counter.number });
  return t(atMachine ? "kiosk.ticket.machine" : "kiosk.ticket.counter", { number: ticket.number });
}

/**
 * The counter that has called the number. From then on it is the counter's, and cannot be given back here.
 * @param {Kiosk} kiosk
 * @param {Ticket} ticket
 */
function calledTo(kiosk, ticket) {
  const here = kiosk.live.hall.tickets.get(ticket.number);
  if (!here || here.counter_id === null) return null;
  return kiosk.live.hall.counters.get(here.counter_id) || null;
}

/**
 * @param {Kiosk} kiosk
 * @param {Ticket} ticket
 */
function later(kiosk, ticket) {
  const names = (ticket.later_services || []).map((id) => name(kiosk.branch.services[id].name));
  if (names.length === 0) return null;
  const separator = language() === "zh" ? "、" : ", ";
  return el("p", { class: "outcome__later" }, t("kiosk.ticket.then", { services: names.join(separator) }));
}

/**
 * Giving back asks once more, in the same place: it cannot be undone.
 * @param {Kiosk} kiosk
 * @param {Ticket} ticket
 */
function giveBackKey(kiosk, ticket) {
  const holder = el("div", { class: "give-back" });
  const key = (/** @type {string} */ words, /** @type {() => void} */ act, kind = "") =>
    el("button", { class: `button ${kind}`, type: "button", onclick: act }, t(words));
  const ask = () =>
    fill(
      holder,
      el("div", { class: "give-back__keys" }, key("kiosk.give_back", sure), key("kiosk.stay", () => undefined)),
    );
  const sure = () => {
    const keep = key("kiosk.keep", ask);
    fill(
      holder,
      el("p", { class: "give-back__sure", role: "status" }, t("kiosk.give_back_sure", { number: ticket.number })),
      el("div", { class: "give-back__keys" }, keep, key("kiosk.give_back_yes", () => kiosk.giveBack(), "button--bad")),
    );
    keep.focus();
  };
  ask();
  return holder;
}
