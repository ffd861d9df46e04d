/** What is told of a ticket: one picture per state, as large as its news. */

import { name, nameIn, language, t, tCount } from "/screens/shared/boot.js";
import { clockTime } from "/screens/shared/clock.js";
import { el, say } from "/screens/shared/dom.js";
import { icon } from "/screens/shared/icons.js";
import { waitWords } from "/screens/shared/waits.js";
import { Track } from "./track.js";

/** @typedef {import("./types.js").PhoneView} PhoneView */
/** @typedef {{element: HTMLElement, refresh: (view: PhoneView) => void}} Scene */

const SOON = 2;
// Which drawing stands above the words; a number that was missed asks for something to be done.
const SIGNS = /** @type {const} */ ({
  completed: "check",
  no_show: "alert",
  abandoned: "alert",
  cancelled: "remove",
  expired: "remove",
});

/**
 * @param {PhoneView} view
 * @returns {Scene}
 */
export function sceneOf(view) {
  const { state } = view.ticket;
  if (state === "waiting") return drawWaiting(view);
  if (state === "called") return drawCalled(view);
  return drawTold(view);
}

/** What the scene hangs on: while this stays the same, its figures are brought up to date in place. */
export function sceneKey(/** @type {PhoneView} */ view) {
  const { state, number, counter } = view.ticket;
  return [state, number, counter ? counter.id : "", language()].join(" ");
}

/**
 * The news in one sentence: what a reader of the screen hears, and what stands largest after the number.
 * @param {PhoneView} view
 */
export function sentence(view) {
  const { state, counter } = view.ticket;
  if (state === "called" && counter !== null) {
    return t(counter.class === "self_service" ? "phone.go_machine" : "phone.go", { counter: counter.number });
  }
  if (state !== "waiting") return t(`phone.${state}`);
  if (view.ahead === 0) return t("phone.waiting.next");
  return t(view.ahead !== null && view.ahead <= SOON ? "phone.waiting.soon" : "phone.waiting");
}

/**
 * The ticket as the printer made it, with the figures that a printed one cannot keep true.
 * @param {PhoneView} view
 * @returns {Scene}
 */
function drawWaiting(view) {
  const words = el("h1", { class: "ticket__words" });
  const ahead = el("dd", null);
  const wait = el("dd", null);
  const note = el("p", { class: "ticket__note" });
  const track = new Track();
  const element = el(
    "article",
    { class: "ticket" },
    head(view),
    words,
    track.element,
    el(
      "dl",
      { class: "ticket__facts" },
      el("div", null, el("dt", null, t("phone.ahead")), ahead),
      el("div", null, el("dt", null, t("phone.wait")), wait),
    ),
    note,
    edge(),
  );
  const refresh = (/** @type {PhoneView} */ now) => {
    say(words, sentence(now));
    say(ahead, aheadWords(now.ahead));
    say(wait, now.counters_open === 0 ? t("shared.wait_unknown") : rangeWords(now.wait_s));
    say(note, noteWords(now));
    track.show(now.ahead);
  };
  return { element, refresh };
}

/** @param {PhoneView} view */
function noteWords(view) {
  if (view.ticket.misses > 0) return t("phone.missed");
  return view.counters_open === 0 ? t("phone.no_counter") : "";
}

/** @param {PhoneView} view */
function head(view) {
  const { number, service } = view.ticket;
  const what = el("span", { class: "unseen" }, t("phone.number"), " ");
  return el(
    "div",
    { class: "ticket__head" },
    el("p", { class: "ticket__service" }, name(service)),
    el("p", { class: "ticket__number", "data-long": number.length > 4 }, what, number),
  );
}

/** No pseudo-element: behind one, a checker of contrast cannot tell what colour the words stand on. */
function edge() {
  return el("span", { class: "ticket__edge", "aria-hidden": "true" });
}

/** @param {number | null} ahead */
function aheadWords(ahead) {
  if (ahead === null) return t("phone.not_known");
  return ahead === 0 ? t("phone.nobody") : tCount("shared.people", ahead);
}

/** @param {[number, number] | null} wait_s */
function rangeWords(wait_s) {
  return wait_s === null ? t("phone.not_known") : waitWords(wait_s[0], wait_s[1]);
}

/**
 * The whole screen says where to go.
 * @param {PhoneView} view
 * @returns {Scene}
 */
function drawCalled(view) {
  const { number, counter } = view.ticket;
  const key = counter !== null && counter.class === "self_service" ? "phone.go_machine" : "phone.go";
  // The number stands alone between the words before and after it, wherever a language puts it.
  const [before, after] = t(key, { counter: "\n" }).split("\n");
  const place = counter === null ? "" : String(counter.number);
  const at = el("p", { class: "called__at" });
  const element = el(
    "article",
    { class: "called" },
    el("p", { class: "called__number" }, number),
    el(
      "h1",
      { class: "called__go" },
      el("span", { class: "called__words" }, before),
      el("span", { class: "called__counter", "data-digits": place.length }, place),
      after && el("span", { class: "called__words" }, after),
    ),
    at,
  );
  const refresh = (/** @type {PhoneView} */ now) => {
    const time = timeIn(now, now.ticket.called_at);
    say(at, time === "" ? "" : t(now.ticket.calls > 1 ? "phone.called_again" : "phone.called_at", { time }));
  };
  return { element, refresh };
}

/**
 * @param {PhoneView} view
 * @param {string | null} at
 */
export function timeIn(view, at) {
  return at === null ? "" : clockTime(Date.parse(at), view.branch.time_zone);
}

/**
 * Everything that is neither waiting nor called: what it is, and what to do about it.
 * @param {PhoneView} view
 * @returns {Scene}
 */
function drawTold(view) {
  const { state, counter } = view.ticket;
  const sign = state in SIGNS ? SIGNS[/** @type {keyof typeof SIGNS} */ (state)] : null;
  const at = counter !== null && (state === "serving" || state === "parked") ? counter : null;
  const element = el(
    "article",
    { class: "ticket ticket--told", "data-class": at && at.class },
    head(view),
    sign && el("span", { class: "ticket__sign" }, icon(sign)),
    el("h1", { class: "ticket__words" }, t(`phone.${state}`)),
    at && el("p", { class: "ticket__where" }, where(at.class, at.number)),
    el("p", { class: "ticket__note" }, t(`phone.${state}.note`)),
    edge(),
  );
  return { element, refresh: () => undefined };
}

/**
 * @param {string} counterClass
 * @param {number} counter
 */
function where(counterClass, counter) {
  return t(counterClass === "self_service" ? "phone.at_machine" : "phone.at", { counter });
}

/**
 * A link that leads to no ticket, or that the network has not yet led to one.
 * @param {"unknown" | "no_link" | "looking" | "slow"} what
 */
export function drawNothing(what) {
  const broken = what === "unknown" || what === "no_link";
  return el(
    "article",
    { class: "ticket ticket--told" },
    broken && el("span", { class: "ticket__sign" }, icon("alert")),
    !broken && el("span", { class: "looking", "aria-hidden": "true" }),
    el("h1", { class: "ticket__words" }, t(`phone.${what}`)),
    el("p", { class: "ticket__note" }, t(`phone.${what}.note`)),
    broken && el("p", { class: "ticket__note" }, t("phone.paper_counts")),
    edge(),
  );
}

/**
 * The services that come after this one, with the same number.
 * @param {PhoneView} view
 */
export function laterWords(view) {
  const names = view.ticket.later.map((one) => nameIn(language(), one));
  return names.length === 0 ? "" : t("phone.later", { services: names.join(t("phone.later.between")) });
}
