/** What became of it: the number on its paper, or given back, or why there is none. */

import { language, name, t, tCount } from "/screens/shared/boot.js";
import { calendarDay, clockTime } from "/screens/shared/clock.js";
import { el, fill, say } from "/screens/shared/dom.js";
import { icon } from "/screens/shared/icons.js";
import { waitWords } from "/screens/shared/waits.js";

/** @typedef {import("./kiosk.js").Kiosk} Kiosk */
/** @typedef {import("/screens/shared/types.js").Ticket} Ticket */

/**
 * @param {Kiosk} kiosk
 * @returns {import("./main.js").Drawing}
 */
export function drawTicket(kiosk) {
  const ticket = /** @type {Ticket} */ (kiosk.visit.ticket);
  const advice = el("p", { class: "outcome__now", role: "status" });
  const refresh = () => say(advice, whatNow(kiosk, ticket));
  refresh();
  const element = el(
    "section",
    { class: "outcome", "data-class": kiosk.branch.queues[ticket.queue_id].counter_class },
    el("h1", { class: "stage__title", tabindex: "-1" }, t("kiosk.ticket")),
    paper(kiosk, ticket),
    advice,
    later(kiosk, ticket),
    el("div", { class: "outcome__keys" }, doneKey(kiosk), giveBackKey(kiosk, ticket)),
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
  const ahead = ticket.ahead || 0;
  const wait = unknown ? t("kiosk.ticket.unknown") : waitWords(ticket.quote_p50_s, ticket.quote_p90_s);
  return el(
    "article",
    { class: "paper" },
    el("p", { class: "paper__branch" }, name(kiosk.branch.name)),
    el("p", { class: "paper__number" }, ticket.number),
    el("p", { class: "paper__service" }, name(kiosk.branch.services[ticket.service_id].name)),
    el(
      "dl",
      { class: "paper__facts" },
      fact("kiosk.ticket.ahead", ahead === 0 ? t("kiosk.ticket.nobody") : tCount("shared.people", ahead)),
      fact("kiosk.ticket.wait", wait),
    ),
    el("p", { class: "paper__time" }, `${calendarDay(issued, zone, language())}  ${clockTime(issued, zone)}`),
  );
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
  const here = kiosk.live.hall.tickets.get(ticket.number);
  const counter = here && here.counter_id !== null && kiosk.live.hall.counters.get(here.counter_id);
  if (here && counter && here.state === "called") {
    return t(atMachine ? "kiosk.ticket.called_machine" : "kiosk.ticket.called", { counter: counter.number });
  }
  return t(atMachine ? "kiosk.ticket.machine" : "kiosk.ticket.counter", { number: ticket.number });
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

/** @param {Kiosk} kiosk */
function doneKey(kiosk) {
  return el(
    "button",
    { class: "button button--primary done", type: "button", onclick: () => kiosk.startAgain() },
    el("span", null, t("kiosk.done")),
  );
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
  const ask = () => fill(holder, key("kiosk.give_back", sure));
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

/**
 * @param {Kiosk} kiosk
 * @returns {import("./main.js").Drawing}
 */
export function drawReturned(kiosk) {
  const number = kiosk.visit.ticket ? kiosk.visit.ticket.number : "";
  const element = el(
    "section",
    { class: "notice" },
    el("span", { class: "notice__sign" }, icon("check")),
    el("h1", { class: "stage__title", tabindex: "-1" }, t("kiosk.returned", { number })),
    el("p", { class: "notice__words" }, t("kiosk.returned_note")),
    el("div", { class: "notice__keys" }, doneKey(kiosk)),
  );
  return { element, refresh: () => undefined };
}

/**
 * @param {Kiosk} kiosk
 * @returns {import("./main.js").Drawing}
 */
export function drawFailed(kiosk) {
  const { ticket, refused } = kiosk.visit;
  const title = ticket ? t("kiosk.failed_kept", { number: ticket.number }) : t("kiosk.failed");
  // Trying again helps where the answer was "not now"; a rule says no again.
  const again = refused !== null && (refused.status === 0 || refused.status >= 500);
  const back = ticket ? () => kiosk.show({ step: "ticket", key: null }) : () => kiosk.startAgain();
  const element = el(
    "section",
    { class: "notice notice--failed" },
    el("span", { class: "notice__sign" }, icon("alert")),
    el("h1", { class: "stage__title", tabindex: "-1" }, title),
    el("p", { class: "notice__words" }, refused ? refused.sentence() : ""),
    el("p", { class: "notice__note" }, t("kiosk.failed_note")),
    el(
      "div",
      { class: "notice__keys" },
      again && retryKey(kiosk),
      el("button", { class: "button", type: "button", onclick: back }, t(ticket ? "kiosk.back" : "kiosk.home")),
    ),
  );
  return { element, refresh: () => undefined };
}

/** @param {Kiosk} kiosk */
function retryKey(kiosk) {
  return el(
    "button",
    { class: "button button--primary", type: "button", onclick: () => kiosk.retry() },
    t("kiosk.retry"),
  );
}

/** @returns {import("./main.js").Drawing} */
export function drawIssuing() {
  const words = el("h1", { class: "stage__title", tabindex: "-1" }, t("kiosk.issuing"));
  const since = performance.now();
  const refresh = () => {
    if (performance.now() - since > 2500) say(words, t("kiosk.issuing_long"));
  };
  const dots = el("span", { class: "working", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
  return { element: el("section", { class: "notice" }, dots, words), refresh };
}
