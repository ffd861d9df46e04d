/** The large place: who is called, and where to. Empty or closed, it says so. */

import { isOpen } from "/screens/shared/clock.js";
import { el, fill } from "/screens/shared/dom.js";
import { icon } from "/screens/shared/icons.js";
import { closedBecause, localTime } from "/screens/shared/hours.js";
import { openingOf, writtenIn } from "/screens/shared/opening.js";
import { both, inBoth } from "./languages.js";
import { callWords } from "./call_words.js";
import { notice } from "./notice_card.js";

/** @typedef {import("/screens/shared/types.js").Call} Call */
/** @typedef {import("/screens/shared/hall_state.js").HallState} HallState */

const INSIDE = new Set(["waiting", "called", "serving", "parked"]);

/**
 * @param {Element} place
 * @param {HallState} hall
 * @param {Call[]} calls
 * @param {number} now  server time
 * @param {boolean} fresh  whether they have just been called: then they are lit for a moment
 */
export function drawHero(place, hall, calls, now, fresh) {
  const closed = isClosed(hall, now);
  const shown = closed ? [] : calls;
  place.setAttribute("data-count", String(shown.length));
  place.classList.toggle("hero--fresh", fresh && shown.length > 0);
  if (shown.length > 0) fill(place, shown.map((call) => callCard(hall, call, shown.length === 1)));
  else fill(place, closed ? closedCard(hall, now) : welcomeCard());
}

/**
 * What the large place would show: draw it again only when this changes, or its light would start anew.
 * @param {HallState} hall
 * @param {Call[]} calls
 * @param {number} now  server time
 */
export function heroSays(hall, calls, now) {
  if (isClosed(hall, now)) return `closed ${localTime(now, hall.branch.time_zone).day} ${closedBecause(hall.branch, now)}`;
  return calls.map((call) => call.seq).join(" ") || "welcome";
}

/**
 * After closing time the branch still serves whoever is inside.
 * @param {HallState} hall
 * @param {number} now
 */
function isClosed(hall, now) {
  return !isOpen(hall.branch, now) && !Array.from(hall.tickets.values()).some((ticket) => INSIDE.has(ticket.state));
}

/**
 * @param {HallState} hall
 * @param {Call} call
 * @param {boolean} alone  then there is room to say it as a sentence, too
 */
function callCard(hall, call, alone) {
  const machine = isMachine(hall, call.counter_number);
  const sentence = inBoth((lang) => callWords(lang, hall.branch, call, machine));
  return el(
    "article",
    { class: "call", "data-class": hall.branch.queues[call.queue_id].counter_class },
    el(
      "p",
      { class: "call__way", "aria-hidden": "true" },
      el("span", { class: "call__number" }, call.number),
      icon("forward"),
      el(
        "span",
        { class: "call__counter" },
        el("span", { class: "call__label" }, both(machine ? "display.machine" : "display.counter")),
        el("span", { class: "call__where" }, call.counter_number),
      ),
    ),
    el("p", { class: alone ? wordsClass(hall) : "unseen" }, sentence),
  );
}

/** @param {HallState} hall */
function wordsClass(hall) {
  const own = Object.values(hall.branch.wording || {}).some((sentence) => sentence !== "");
  return own ? "call__words call__words--own" : "call__words";
}

/**
 * @param {HallState} hall
 * @param {number} counterNumber
 */
export function isMachine(hall, counterNumber) {
  const counter = Array.from(hall.counters.values()).find((other) => other.number === counterNumber);
  return counter !== undefined && counter.counter_class === "self_service";
}

function welcomeCard() {
  return notice(both("display.welcome"), both("display.welcome_words"));
}

/**
 * @param {HallState} hall
 * @param {number} now  server time
 */
function closedCard(hall, now) {
  const opening = openingOf(hall.branch, now);
  const words = opening ? inBoth((lang) => writtenIn(lang, opening.key, opening.params)) : undefined;
  return notice(both(`shared.closed.${closedBecause(hall.branch, now)}`), words, "closed");
}
