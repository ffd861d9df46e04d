/** The keys for services and groups, each with its wait; more than fit on the screen are turned over by large keys. */

import { name, t, tCount } from "/screens/shared/boot.js";
import { el, fill } from "/screens/shared/dom.js";
import { icon } from "/screens/shared/icons.js";
import { spanOf } from "./offered.js";
import { said, saidCount, saidOffer, saidWaitAt, says } from "./spoken.js";
import { queueFor } from "./visit.js";
import { aheadText, liveWait } from "./waits.js";

/** @typedef {import("./kiosk.js").Kiosk} Kiosk */
/** @typedef {import("./offered.js").Choice} Choice */
/** @typedef {import("/screens/shared/types.js").Offer} Offer */
/** @typedef {import("/screens/shared/types.js").Queue} Queue */
/** @typedef {import("/screens/shared/types.js").Service} Service */

/**
 * @typedef {{name: Record<string, string>, queue: Queue | null, shape: import("/screens/shared/icons.js").Shape,
 *   act: () => void, offer: () => Offer | null, note: () => string}} Parts
 */

const FEWEST = 4; // on a page: a screen that has no room for them is scrolled
const TWO_COLUMNS_FROM = 7;

export class Choices {
  /**
   * @param {Kiosk} kiosk
   * @param {Choice[]} choices
   */
  constructor(kiosk, choices) {
    this._kiosk = kiosk;
    this._choices = choices;
    this._most = choices.length;
    /** @type {(() => void)[]} */
    this._figures = [];
    this.element = el("div", { class: "choices" });
    this._draw();
  }

  refresh() {
    this._figures.forEach((refresh) => refresh());
  }

  /** One key less on each page; false where no fewer will do. */
  fewer() {
    if (this._most <= FEWEST) return false;
    this._most -= 1;
    this._draw();
    return true;
  }

  /** Which page this is, for who cannot see that there are more. */
  spoken() {
    const { page, pages } = this._place();
    return pages > 1 ? [said("kiosk.page", { n: page + 1, high: pages })] : [];
  }

  /** Pages of one length: a last one with a single key looks like a mistake. */
  _place() {
    const pages = Math.ceil(this._choices.length / this._most) || 1;
    const each = Math.ceil(this._choices.length / pages);
    const page = Math.min(this._kiosk.visit.page, pages - 1);
    return { page, pages, shown: this._choices.slice(page * each, (page + 1) * each) };
  }

  _draw() {
    const { page, pages, shown } = this._place();
    this._figures = [];
    const columns = shown.length >= TWO_COLUMNS_FROM ? " services--two" : "";
    const keys = shown.map((choice) => ("group" in choice ? this._group(choice) : this._service(choice.service)));
    fill(this.element, el("div", { class: `services${columns}` }, keys), pages > 1 && this._pages(page, pages));
  }

  /**
   * @param {number} page
   * @param {number} pages
   */
  _pages(page, pages) {
    const turn = (/** @type {number} */ by) => this._kiosk.show({ page: page + by });
    return el(
      "div",
      { class: "pages" },
      pageKey("previous", page > 0, () => turn(-1)),
      el("p", { class: "pages__where" }, t("kiosk.page", { n: page + 1, high: pages })),
      pageKey("next", page < pages - 1, () => turn(1)),
    );
  }

  /** @param {Service} service */
  _service(service) {
    const kiosk = this._kiosk;
    const queue = queueFor(kiosk.branch, service.id, kiosk.visit.segment);
    const offer = () => kiosk.offers.of(queue.id);
    const act = () => kiosk.choose(service.id);
    const note = () => aheadText(offer());
    const key = this._key({ name: service.name, queue, shape: queue.counter_class, act, offer, note });
    return says(key, () => [said(`service.${service.id}`)].concat(saidOffer(offer())));
  }

  /** @param {{group: import("/screens/shared/types.js").ServiceGroup, services: Service[]}} choice */
  _group({ group, services }) {
    const kiosk = this._kiosk;
    const queues = services.map((service) => queueFor(kiosk.branch, service.id, kiosk.visit.segment));
    const distinct = queues.filter((queue, i) => queues.indexOf(queue) === i);
    const offer = () => spanOf(distinct.map((queue) => kiosk.offers.of(queue.id)));
    const note = () => tCount("kiosk.group.services", services.length);
    const queue = distinct.every((other) => other.counter_class === distinct[0].counter_class) ? distinct[0] : null;
    const key = this._key({ name: group.name, queue, shape: "group", act: () => kiosk.lookBehind(group.id), offer, note });
    key.classList.add("service--group");
    key.appendChild(icon("forward"));
    const count = saidCount("kiosk.group.services", services.length);
    return says(key, () => [said(`group.${group.id}`), saidWaitAt(offer()), count]);
  }

  /** @param {Parts} parts  `queue` null: of several classes */
  _key({ name: names, queue, shape, act, offer, note }) {
    const wait = liveWait(offer, note);
    this._figures.push(wait.refresh);
    return el(
      "button",
      { class: "service", type: "button", "data-class": queue && queue.counter_class, onclick: act },
      el("span", { class: "service__sign" }, icon(shape)),
      el("span", { class: "service__name" }, name(names)),
      wait.element,
    );
  }
}

/**
 * A key that leads nowhere leaves its place empty: the other must not jump under the finger.
 * @param {"next" | "previous"} way
 * @param {boolean} leads
 * @param {() => void} act
 */
function pageKey(way, leads, act) {
  if (!leads) return el("span", { class: "pages__key" });
  const words = el("span", null, t(`kiosk.page.${way}`));
  const arrow = icon(way === "next" ? "forward" : "back");
  const inside = way === "next" ? [words, arrow] : [arrow, words];
  const key = el("button", { class: `button pages__key pages__key--${way}`, type: "button", onclick: act }, inside);
  return says(key, () => [said(`kiosk.page.${way}`)]);
}
