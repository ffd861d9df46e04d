/** Before the number: what was chosen, anything else, and where it is quicker. The last touch takes the number. */

import { name, t } from "/screens/shared/boot.js";
import { el } from "/screens/shared/dom.js";
import { icon } from "/screens/shared/icons.js";
import { liveWait } from "./waits.js";
import { MOST_SERVICES, queueFor, quickerMachine } from "./visit.js";

/** @typedef {import("./kiosk.js").Kiosk} Kiosk */

/**
 * @param {Kiosk} kiosk
 * @returns {import("./main.js").Drawing}
 */
export function drawReview(kiosk) {
  const places = taking(kiosk);
  const element = el(
    "section",
    { class: "review" },
    el("h1", { class: "stage__title", tabindex: "-1" }, t("kiosk.review")),
    chosen(kiosk),
    more(kiosk),
    el("div", { class: "review__end" }, places.element, backKey(kiosk)),
  );
  return { element, refresh: places.refresh };
}

/** @param {Kiosk} kiosk */
function chosen(kiosk) {
  const several = kiosk.visit.services.length > 1;
  const rows = kiosk.visit.services.map((serviceId, i) => {
    const service = kiosk.branch.services[serviceId];
    const queue = queueFor(kiosk.branch, serviceId, kiosk.visit.segment);
    return el(
      "li",
      { class: "chosen", "data-class": queue.counter_class },
      el("span", { class: "service__sign" }, several ? String(i + 1) : icon(queue.counter_class)),
      el("span", { class: "chosen__name" }, name(service.name)),
      several && leaveOutKey(kiosk, service),
    );
  });
  return el(
    "div",
    { class: "review__part" },
    el("p", { class: "review__who" }, el("span", null, t("kiosk.chosen")), segmentTag(kiosk)),
    el("ol", null, rows),
  );
}

/** @param {Kiosk} kiosk */
function segmentTag(kiosk) {
  const segment = kiosk.visit.segment;
  return segment !== "ordinary" && el("span", { class: "tag" }, t(`kiosk.segment.${segment}`));
}

/**
 * @param {Kiosk} kiosk
 * @param {import("/screens/shared/types.js").Service} service
 */
function leaveOutKey(kiosk, service) {
  return el(
    "button",
    {
      class: "button button--quiet chosen__drop",
      type: "button",
      "aria-label": t("kiosk.drop", { service: service.name }),
      onclick: () => kiosk.leaveOut(service.id),
    },
    icon("remove"),
  );
}

/** @param {Kiosk} kiosk */
function more(kiosk) {
  const left = Object.values(kiosk.branch.services).filter((s) => !kiosk.visit.services.includes(s.id));
  if (left.length === 0 || kiosk.visit.services.length >= MOST_SERVICES) return null;
  const keys = left.map((service) =>
    el(
      "button",
      { class: "button more__key", type: "button", onclick: () => kiosk.add(service.id) },
      icon("add"),
      el("span", null, name(service.name)),
    ),
  );
  return el(
    "div",
    { class: "review__part" },
    el("h2", null, t("kiosk.more"), " ", el("small", { class: "review__note" }, t("kiosk.more_note"))),
    el("div", { class: "more" }, keys),
  );
}

/**
 * The key that takes the number; two of them, with both waits, where a machine is quicker.
 * @param {Kiosk} kiosk
 */
function taking(kiosk) {
  const counterQueue = queueFor(kiosk.branch, kiosk.visit.services[0], kiosk.visit.segment);
  const machineQueue = quickerMachine(kiosk.branch, kiosk.visit, (queueId) => kiosk.offers.of(queueId));
  const counterWait = liveWait(() => kiosk.offers.of(counterQueue.id));
  if (!machineQueue) {
    const key = takeKey(kiosk, false, t("kiosk.take"), counterWait.element);
    return { element: key, refresh: counterWait.refresh };
  }
  const machineWait = liveWait(() => kiosk.offers.of(machineQueue.id));
  const element = el(
    "div",
    { class: "review__part" },
    el("h2", null, t("kiosk.where")),
    el(
      "div",
      { class: "takes takes--two" },
      placeKey(kiosk, counterQueue, false, counterWait.element),
      placeKey(kiosk, machineQueue, true, machineWait.element),
    ),
  );
  const refresh = () => [counterWait, machineWait].forEach((wait) => wait.refresh());
  return { element, refresh };
}

/**
 * @param {Kiosk} kiosk
 * @param {boolean} atMachine
 * @param {string} words
 * @param {Element} wait
 */
function takeKey(kiosk, atMachine, words, wait) {
  const take = { class: "button button--primary take", type: "button", onclick: () => kiosk.take(atMachine) };
  return el("button", take, el("span", { class: "take__words" }, words), wait);
}

/**
 * @param {Kiosk} kiosk
 * @param {import("/screens/shared/types.js").Queue} queue
 * @param {boolean} atMachine
 * @param {Element} wait
 */
function placeKey(kiosk, queue, atMachine, wait) {
  return el(
    "button",
    { class: "place", type: "button", "data-class": queue.counter_class, onclick: () => kiosk.take(atMachine) },
    el(
      "span",
      { class: "place__name" },
      icon(queue.counter_class),
      el("span", null, t(atMachine ? "kiosk.take_machine" : "kiosk.take_counter")),
      atMachine && el("span", { class: "place__quicker" }, t("kiosk.quicker")),
    ),
    wait,
    el("span", { class: "place__take" }, t("kiosk.take_here")),
  );
}

/** @param {Kiosk} kiosk */
function backKey(kiosk) {
  return el(
    "button",
    { class: "button back", type: "button", onclick: () => kiosk.show({ step: "start", services: [] }) },
    icon("back"),
    el("span", null, t("kiosk.back")),
  );
}
