/** How many wait in each queue, and how long it takes from here. */

import { tIn } from "/screens/shared/boot.js";
import { el, fill } from "/screens/shared/dom.js";
import { waiting } from "/screens/shared/hall_state.js";
import { icon } from "/screens/shared/icons.js";
import { waitRange, waitWords } from "/screens/shared/waits.js";
import { both, bothNames, inBoth } from "./languages.js";

/** @typedef {import("/screens/shared/types.js").Offer} Offer */
/** @typedef {import("/screens/shared/types.js").Queue} Queue */
/** @typedef {import("/screens/shared/hall_state.js").HallState} HallState */

/**
 * @param {Element} place
 * @param {HallState} hall
 * @param {Queue[]} queues
 * @param {(queueId: string) => Offer | null} offerOf
 */
export function drawWaiting(place, hall, queues, offerOf) {
  fill(
    place,
    queues.map((queue) =>
      el(
        "article",
        { class: "queue", "data-class": queue.counter_class },
        el("span", { class: "tag", "aria-hidden": "true" }, queue.prefix),
        el("h3", { class: "queue__name" }, bothNames(queue.name)),
        el(
          "p",
          { class: "queue__count" },
          icon("people"),
          waiting(hall, queue.id).length,
          el("span", { class: "unseen" }, both("display.waiting")),
        ),
        el("p", { class: "queue__wait" }, inBoth((lang, beside) => waitIn(lang, offerOf(queue.id), beside))),
      ),
    ),
  );
}

/**
 * @param {string} lang
 * @param {Offer | null} offer
 * @param {boolean} beside  the second language repeats the figures alone
 */
export function waitIn(lang, offer, beside) {
  if (!offer) return tIn(lang, "shared.wait_unknown");
  if (offer.counters_open === 0) return tIn(lang, "shared.no_counter");
  const range = beside ? waitRange(offer.p50_s, offer.p90_s) : null;
  if (range && range.low > 0 && range.low < range.high) return tIn(lang, "display.range", range);
  return waitWords(offer.p50_s, offer.p90_s, lang);
}
