/** The start: who the customer is, and what they came for. One touch each. */

import { t } from "/screens/shared/boot.js";
import { isOpen } from "/screens/shared/clock.js";
import { el } from "/screens/shared/dom.js";
import { icon } from "/screens/shared/icons.js";
import { Choices } from "./choices.js";
import { drawClosed } from "./closed.js";
import { choicesOf } from "./offered.js";
import { said, says } from "./spoken.js";

/** @typedef {import("./kiosk.js").Kiosk} Kiosk */
/** @typedef {import("/screens/shared/types.js").Segment} Segment */

/** @type {Segment[]} */
const SEGMENTS = ["ordinary", "priority", "vip"];

/**
 * @param {Kiosk} kiosk
 * @returns {import("./main.js").Drawing}
 */
export function drawStart(kiosk) {
  if (!isOpen(kiosk.branch, kiosk.live.clock.now())) return drawClosed(kiosk);
  const { card, services: chosen } = kiosk.visit;
  const found = choicesOf(kiosk.branch, chosen);
  if (found.length === 0 && chosen.length === 0) return empty();
  const choices = new Choices(kiosk, found);
  const title = chosen.length > 0 ? "kiosk.more" : "kiosk.title";
  const element = el(
    "section",
    { class: card || kiosk.visit.changed ? "start start--tight" : "start" },
    el("h1", { class: "stage__title", tabindex: "-1" }, t(title)),
    kiosk.visit.changed && el("p", { class: "greeting", "data-card": "unknown", role: "status" }, t("kiosk.changed")),
    chosen.length === 0 && segments(kiosk),
    choices.element,
    chosen.length > 0 && onlyThis(kiosk),
  );
  const first = kiosk.visit.changed ? [said("kiosk.changed")] : card ? [said(`kiosk.card.${card}`)] : [];
  return {
    element,
    refresh: () => choices.refresh(),
    fewer: () => choices.fewer(),
    spoken: () => first.concat(said(title), choices.spoken()),
  };
}

/** @param {Kiosk} kiosk */
function onlyThis(kiosk) {
  const act = () => kiosk.show({ step: "review", group: null, page: 0 });
  const key = el("button", { class: "button back", type: "button", onclick: act }, icon("back"), el("span", null, t("kiosk.more_back")));
  return says(key, () => [said("kiosk.more_back")]);
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

function empty() {
  const element = el(
    "section",
    { class: "notice" },
    el("h1", { class: "stage__title", tabindex: "-1" }, t("kiosk.empty")),
    el("p", { class: "notice__note" }, t("kiosk.closed_note")),
  );
  return { element, refresh: () => undefined, spoken: () => [said("kiosk.empty"), said("kiosk.closed_note")] };
}
