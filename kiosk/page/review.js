/** Before the number: what was chosen, anything else, and where it is quicker. The last touch takes the number. */

import { name, t } from "/screens/shared/boot.js";
import { el } from "/screens/shared/dom.js";
import { icon } from "/screens/shared/icons.js";
import { servicesOf } from "./offered.js";
import { liveWait } from "./waits.js";
import { said, saidOffer, says } from "./spoken.js";
import { MOST_SERVICES, machineFor, queueFor } from "./visit.js";

/** @typedef {import("./kiosk.js").Kiosk} Kiosk */

const MOST_BESIDE = 6; // services that may stand below the chosen one

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
  const spoken = () =>
    [said("kiosk.review"), said("kiosk.chosen")]
      .concat(kiosk.visit.services.map((id) => said(`service.${id}`)))
      .concat(places.spoken, servicesLeft(kiosk).length > 0 ? said("kiosk.more") : []);
  return { element, refresh: places.refresh, spoken };
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
  const key = el(
    "button",
    {
      class: "button button--quiet chosen__drop",
      type: "button",
      "aria-label": t("kiosk.drop", { service: service.name }),
      onclick: () => kiosk.leaveOut(service.id),
    },
    icon("remove"),
  );
  return says(key, () => [said("kiosk.drop", { service: service.id })]);
}

/** @param {Kiosk} kiosk */
function servicesLeft(kiosk) {
  if (kiosk.visit.services.length >= MOST_SERVICES) return [];
  return servicesOf(kiosk.branch, kiosk.visit.services);
}

/** @param {Kiosk} kiosk */
function more(kiosk) {
  const left = servicesLeft(kiosk);
  if (left.length === 0) return null;
  const all = moreKey(t("kiosk.more_choose"), "kiosk.more_choose", () => kiosk.chooseMore());
  const each = () => left.map(({ id, name: names }) => moreKey(name(names), `service.${id}`, () => kiosk.choose(id)));
  const keys = left.length > MOST_BESIDE || left.some((service) => service.group_id) ? [all] : each();
  return el(
    "div",
    { class: "review__part" },
    el("h2", null, t("kiosk.more"), " ", el("small", { class: "review__note" }, t("kiosk.more_note"))),
    el("div", { class: "more" }, keys),
  );
}

/**
 * @param {string} words
 * @param {string} spoken
 * @param {() => void} act
 */
function moreKey(words, spoken, act) {
  const key = { class: "button more__key", type: "button", onclick: act };
  return says(el("button", key, icon("add"), el("span", null, words)), () => [said(spoken)]);
}

/**
 * The key that takes the number. Where a machine is quicker it is offered first, with both waits and the counter one
 * touch away; where nobody knows which is quicker nothing is said of it.
 * @param {Kiosk} kiosk
 */
function taking(kiosk) {
  const counterQueue = queueFor(kiosk.branch, kiosk.visit.services[0], kiosk.visit.segment);
  const machine = machineFor(kiosk.branch, kiosk.visit, (queueId) => kiosk.offers.of(queueId));
  const counterOffer = () => kiosk.offers.of(counterQueue.id);
  const counterWait = liveWait(counterOffer);
  if (!machine) {
    const key = says(takeKey(kiosk, counterWait.element), () => [said("kiosk.take")].concat(saidOffer(counterOffer())));
    return { element: key, refresh: counterWait.refresh, spoken: [] };
  }
  const machineOffer = () => kiosk.offers.of(machine.queue.id);
  const machineWait = liveWait(machineOffer);
  const where = machine.quicker ? "kiosk.where" : "kiosk.where_open";
  const places = [
    placeKey(kiosk, counterQueue, { atMachine: false, quicker: false }, counterWait.element, counterOffer),
    placeKey(kiosk, machine.queue, { atMachine: true, quicker: machine.quicker }, machineWait.element, machineOffer),
  ];
  const element = el(
    "div",
    { class: "review__part" },
    el("h2", null, t(where)),
    el("div", { class: "takes takes--two" }, machine.quicker ? places.reverse() : places),
  );
  const refresh = () => [counterWait, machineWait].forEach((wait) => wait.refresh());
  return { element, refresh, spoken: [said(where)] };
}

/**
 * @param {Kiosk} kiosk
 * @param {Element} wait
 */
function takeKey(kiosk, wait) {
  const take = { class: "button button--primary take", type: "button", onclick: () => kiosk.take(false) };
  return el("button", take, el("span", { class: "take__words" }, t("kiosk.take")), wait);
}

/**
 * @param {Kiosk} kiosk
 * @param {import("/screens/shared/types.js").Queue} queue
 * @param {{atMachine: boolean, quicker: boolean}} place
 * @param {Element} wait
 * @param {() => import("/screens/shared/types.js").Offer | null} offer
 */
function placeKey(kiosk, queue, { atMachine, quicker }, wait, offer) {
  const words = atMachine ? "kiosk.take_machine" : "kiosk.take_counter";
  const key = el(
    "button",
    { class: "place", type: "button", "data-class": queue.counter_class, onclick: () => kiosk.take(atMachine) },
    el(
      "span",
      { class: "place__name" },
      icon(queue.counter_class),
      el("span", null, t(words)),
      quicker && el("span", { class: "place__quicker" }, t("kiosk.quicker")),
    ),
    wait,
    el("span", { class: "place__take" }, t("kiosk.take_here")),
  );
  const claim = quicker ? [said("kiosk.quicker")] : [];
  return says(key, () => [said(words)].concat(claim, saidOffer(offer()), said("kiosk.take_here")));
}

/** @param {Kiosk} kiosk */
function backKey(kiosk) {
  const key = el(
    "button",
    { class: "button back", type: "button", onclick: () => kiosk.chooseAgain() },
    icon("back"),
    el("span", null, t("kiosk.back")),
  );
  return says(key, () => [said("kiosk.back")]);
}
