/** Customers: who goes before whom, how long anyone waits at most, and what a card tells of its owner. */

import { t } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { cards } from "./set_up_cards.js";
import { choiceInput, room } from "./set_up_fields.js";
import { block } from "./set_up_page_parts.js";
import { sentence } from "./set_up_sentence.js";
import { queueOption } from "./set_up_services.js";

/** @typedef {import("./set_up_desk.js").Desk} Desk */

/** @param {Desk} desk */
export function customers(desk) {
  const rule = (/** @type {string} */ key, /** @type {number} */ usual, min = 1) => ({ path: `rules.${key}`, usual, min });
  const capNote = t("office.set_up.customers.cap_note");
  return [
    block("vip", t("office.set_up.customers.vip_about"), [
      sentence(desk, "office.set_up.customers.vip_turns", { vip: rule("vip_weight", 2), other: rule("ordinary_weight", 1) }),
      turns(desk),
      sentence(desk, "office.set_up.customers.vip_queue", { queue: vipQueue(desk) }),
      room("segments.vip.queue"),
    ]),
    block("priority", t("office.set_up.customers.priority_about"), [
      sentence(desk, "office.set_up.customers.head_start", {
        minutes: { path: "segments.priority.head_start_min", min: 0, usual: 0 },
      }),
    ]),
    block("fairness", null, [
      sentence(desk, "office.set_up.customers.cap", { minutes: rule("wait_cap_min", 30) }, capNote),
    ]),
    block("missed", null, [
      sentence(desk, "office.set_up.customers.calls", { calls: rule("calls_before_no_show", 1) }),
      sentence(desk, "office.set_up.customers.misses", { places: rule("back_places", 3), misses: rule("max_misses", 2, 0) }),
      sentence(desk, "office.set_up.customers.machine", { seconds: rule("machine_no_show_s", 120) }),
      sentence(desk, "office.set_up.customers.leftover", { minutes: rule("expire_after_close_min", 60, 0) }),
    ]),
    block("cards", t("office.set_up.cards.about"), cards(desk)),
  ];
}

/** @param {Desk} desk */
function vipQueue(desk) {
  const own = { value: "", words: t("office.set_up.customers.own_queue") };
  const options = desk.document.queues.filter((queue) => queue.class !== "self_service").map(queueOption);
  return choiceInput(desk, "segments.vip.queue", [own, ...options], { "aria-label": t("office.set_up.customers.queue") });
}

/**
 * What the turns look like: VIP VIP other VIP VIP other.
 * @param {Desk} desk
 */
function turns(desk) {
  const picture = el("p", { class: "turns", "aria-hidden": "true" });
  desk.alive(() => {
    const { vip_weight: vip = 2, ordinary_weight: other = 1 } = desk.document.rules ?? {};
    const round = [...Array(Math.min(vip, 6)).fill("vip"), ...Array(Math.min(other, 6)).fill("cash")];
    picture.replaceChildren(
      ...[...round, ...round].map((kind) => el("span", { class: "turn", "data-class": kind }, kind === "vip" ? "VIP" : "")),
    );
  });
  return picture;
}
