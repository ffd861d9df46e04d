/** The start: who the customer is, and what they came for. One touch each. */

import { name, t } from "/screens/shared/boot.js";
import { clockTime, isOpen } from "/screens/shared/clock.js";
import { el, say } from "/screens/shared/dom.js";
import { icon } from "/screens/shared/icons.js";
import { liveWait } from "./waits.js";
import { said, saidOffer, says } from "./spoken.js";
import { queueFor } from "./visit.js";

/** @typedef {import("./kiosk.js").Kiosk} Kiosk */
/** @typedef {import("/screens/shared/types.js").Segment} Segment */

/** @type {Segment[]} */
const SEGMENTS = ["ordinary", "priority", "vip"];
const TWO_COLUMNS_FROM = 7;

/**
 * @param {Kiosk} kiosk
 * @returns {import("./main.js").Drawing}
 */
export function drawStart(kiosk) {
  if (!isOpen(kiosk.branch, kiosk.live.clock.now())) return closed(kiosk);
  const services = Object.values(kiosk.branch.services);
  if (services.length === 0) return empty();
  const waits = services.map((service) =>
    liveWait(() => kiosk.offers.of(queueFor(kiosk.branch, service.id, kiosk.visit.segment).id)),
  );
  const keys = services.map((service, i) => serviceKey(kiosk, service, waits[i].element));
  const columns = services.length >= TWO_COLUMNS_FROM ? " services--two" : "";
  const element = el(
    "section",
    { class: kiosk.visit.card ? "start start--tight" : "start" },
    el("h1", { class: "stage__title", tabindex: "-1" }, t("kiosk.title")),
    segments(kiosk),
    el("div", { class: `services${columns}` }, keys),
  );
  const { card } = kiosk.visit;
  const spoken = () => (card ? [said(`kiosk.card.${card}`)] : []).concat(said("kiosk.title"));
  return { element, refresh: () => waits.forEach((wait) => wait.refresh()), spoken };
}

/** @param {Kiosk} kiosk */
function segments(kiosk) {
  const chosen = kiosk.visit.segment;
  const { card } = kiosk.visit;
  const greeting = card && el("p", { class: "greeting", "data-card": card, role: "status" }, t(`kiosk.card.${card}`));
  const note = chosen === "ordinary" || card !== null ? "" : t(`kiosk.segment.${chosen}.note`);
  return el(
    "div",
    { class: "segments", role: "group", "aria-label": t("kiosk.who") },
    greeting,
    el("div", { class: "segments__choice" }, SEGMENTS.map((segment) => segmentKey(kiosk, segment))),
    el("p", { class: "segments__note", role: "status" }, note),
  );
}

/**
 * @param {Kiosk} kiosk
 * @param {Segment} segment
 */
function segmentKey(kiosk, segment) {
  const chosen = kiosk.visit.segment === segment;
  const key = el(
    "button",
    { class: "segment", type: "button", "aria-pressed": String(chosen), onclick: () => kiosk.show({ segment, card: null }) },
    el("span", { class: "segment__name" }, t(`kiosk.segment.${segment}`)),
    el("span", { class: "segment__who" }, t(`kiosk.segment.${segment}.who`)),
  );
  const note = chosen && segment !== "ordinary" ? [said(`kiosk.segment.${segment}.note`)] : [];
  return says(key, () => [said(`kiosk.segment.${segment}`), said(`kiosk.segment.${segment}.who`)].concat(note));
}

/**
 * @param {Kiosk} kiosk
 * @param {import("/screens/shared/types.js").Service} service
 * @param {Element} wait
 */
function serviceKey(kiosk, service, wait) {
  const queue = queueFor(kiosk.branch, service.id, kiosk.visit.segment);
  const key = el(
    "button",
    { class: "service", type: "button", "data-class": queue.counter_class, onclick: () => kiosk.choose(service.id) },
    el("span", { class: "service__sign" }, icon(queue.counter_class)),
    el("span", { class: "service__name" }, name(service.name)),
    wait,
  );
  return says(key, () => [said(`service.${service.id}`)].concat(saidOffer(kiosk.offers.of(queue.id))));
}

/** @param {Kiosk} kiosk */
function closed(kiosk) {
  const hours = { opens: kiosk.branch.opens.slice(0, 5), closes: kiosk.branch.closes.slice(0, 5) };
  const time = el("p", { class: "notice__figure", "aria-hidden": "true" });
  const refresh = () => say(time, clockTime(kiosk.live.clock.now(), kiosk.branch.time_zone));
  refresh();
  const element = el(
    "section",
    { class: "notice" },
    time,
    el("h1", { class: "stage__title", tabindex: "-1" }, t("kiosk.closed")),
    el("p", { class: "notice__words" }, t("kiosk.closed_hours", hours)),
    el("p", { class: "notice__note" }, t("kiosk.closed_note")),
  );
  const spoken = () => [said("kiosk.closed"), said("kiosk.closed_hours"), said("kiosk.closed_note")];
  return { element, refresh, spoken };
}

function empty() {
  const element = el(
    "section",
    { class: "notice" },
    el("h1", { class: "stage__title", tabindex: "-1" }, t("kiosk.empty")),
    el("p", { class: "notice__note" }, t("kiosk.closed_note")),
  );
  return { element, refresh: () => undefined, spoken: () => [said("kiosk.empty"), said("kiosk.closed_note")] };
}
