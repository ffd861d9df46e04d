/** The number on its paper: who is ahead, how long it takes, where to go, and a way to give it back. */

import { language, name, t, tCount } from "/screens/shared/boot.js";
import { calendarDay, clockTime } from "/screens/shared/clock.js";
import { el, fill, say } from "/screens/shared/dom.js";
import { waitWords } from "/screens/shared/waits.js";
import { doneKey } from "./outcome.js";
import { isLost, ownPaper, saidPaper } from "./own_paper.js";
import { phoneCode } from "./phone_code.js";
import { said, saidCount, saidNumber, saidWait, says } from "./spoken.js";

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
  const lost = ownPaper(kiosk, (isLost) => element.setAttribute("data-paper", isLost ? "lost" : "here"));
  const element = el(
    "section",
    { class: kiosk.visit.offline ? "outcome outcome--offline" : "outcome", "data-paper": isLost(kiosk.visit.paper) ? "lost" : "here" },
    el("h1", { class: "stage__title", tabindex: "-1" }, t("kiosk.ticket")),
    paper(kiosk, ticket),
    kiosk.visit.offline && el("p", { class: "outcome__offline" }, t("kiosk.ticket.offline")),
    lost,
    advice,
    later(kiosk, ticket),
    el("div", { class: "outcome__keys" }, doneKey(kiosk), givingBack),
  );
  return { element, refresh, spoken: () => spoken(kiosk, ticket) };
}

/**
 * All that the paper says, and what the screen shows; the number twice, for it has to be remembered.
 * @param {Kiosk} kiosk
 * @param {Ticket} ticket
 */
function spoken(kiosk, ticket) {
  const atMachine = kiosk.branch.queues[ticket.queue_id].counter_class === "self_service";
  const counter = calledTo(kiosk, ticket);
  const ahead = ticket.ahead ? [saidCount("shared.ahead", ticket.ahead)] : [];
  const called = atMachine ? "kiosk.ticket.called_machine" : "kiosk.ticket.called";
  const now = atMachine ? "kiosk.speech.listen_machine" : "kiosk.speech.listen";
  return [said("kiosk.speech.number")]
    .concat(saidNumber(ticket), said("kiosk.speech.once_more"), saidNumber(ticket))
    .concat(ticket.ahead === 0 ? said("shared.ahead_none") : ahead)
    .concat(said("kiosk.ticket.wait"), saidWait(ticket.quote_p50_s, ticket.quote_p90_s))
    .concat(kiosk.visit.offline ? said("kiosk.ticket.offline") : [])
    .concat(counter ? said(called, { counter: counter.number }) : said(now))
    .concat(saidPaper(kiosk.visit.paper));
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
  const follow = el("p", { class: "paper__follow", hidden: true }, t("kiosk.qr"));
  const code = phoneCode(ticket, () => (follow.hidden = false));
  return el(
    "article",
    { class: "paper", "data-class": kiosk.branch.queues[ticket.queue_id].counter_class },
    el(
      "p",
      { class: "paper__head" },
      el("span", { class: "paper__branch" }, name(kiosk.branch.name)),
      el("span", null, `${calendarDay(issued, zone, language())} ${clockTime(issued, zone)}`),
    ),
    el("div", { class: "paper__top" }, el("p", { class: "paper__number" }, ticket.number), code),
    el("p", { class: "paper__service" }, name(kiosk.branch.services[ticket.service_id].name)),
    el(
      "dl",
      { class: "paper__facts" },
      fact("kiosk.ticket.ahead", aheadWords(ticket.ahead)),
      fact("kiosk.ticket.wait", wait),
    ),
    follow,
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
    says(el("button", { class: `button ${kind}`, type: "button", onclick: act }, t(words)), () => [said(words)]);
  const asking = (/** @type {boolean} */ now) => {
    holder.classList.toggle("give-back--sure", now);
    if (holder.parentElement) holder.parentElement.classList.toggle("outcome__keys--sure", now);
  };
  const ask = () => {
    asking(false);
    fill(holder, key("kiosk.give_back", sure));
  };
  const sure = () => {
    const keep = key("kiosk.keep", ask);
    asking(true);
    fill(
      holder,
      el("p", { class: "give-back__sure", role: "status" }, t("kiosk.give_back_sure", { number: ticket.number })),
      el("div", { class: "give-back__keys" }, keep, key("kiosk.give_back_yes", () => kiosk.giveBack(), "button--bad")),
    );
    keep.focus();
    kiosk.remark([said("kiosk.give_back_sure", { number: ticket.number })]);
  };
  ask();
  return holder;
}
