/** A picture of the hall: its counters in a row, each in the colour of its class. */

import { name, t } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { icon } from "../shared/icons.js";
import { queueOf } from "./set_up_document.js";

/** @typedef {import("./set_up_document.js").SetUp} SetUp */
/** @typedef {import("./set_up_document.js").Counter} Counter */

/**
 * The counters as keys: one of them is chosen.
 * @param {SetUp} document
 * @param {number} chosen
 * @param {(n: number) => void} choose
 */
export function hallKeys(document, chosen, choose) {
  const keys = document.counters.map((counter, n) => {
    const known = { "data-class": counter.class, "data-key": `counter.${n}`, "data-path": `counters.${n}` };
    const press = { type: "button", "aria-pressed": String(n === chosen), onclick: () => choose(n) };
    return el(
      "button",
      { class: "hall__counter", ...known, ...press },
      el("span", { class: "hall__sign" }, el("span", { class: "hall__number" }, counter.number), icon(counter.class)),
      el("span", { class: "hall__class" }, t(`class.${counter.class}`)),
      el("span", { class: "hall__serves" }, served(document, counter)),
    );
  });
  return el("div", { class: "hall", role: "group", "aria-label": t("office.set_up.block.counters") }, keys);
}

/**
 * The same in small, for a template's card.
 * @param {SetUp} document
 */
export function hallPicture(document) {
  const counters = document.counters.map((counter) =>
    el("span", { class: "hall__small", "data-class": counter.class }, counter.number),
  );
  return el("div", { class: "hall hall--small", "aria-hidden": "true" }, counters);
}

/**
 * @param {SetUp} document
 * @param {Counter} counter
 */
function served(document, counter) {
  const named = (/** @type {string} */ id) => name(queueOf(document, id)?.name) || "?";
  const own = counter.serves.map((id) => el("b", null, named(id)));
  const helped = (counter.helps ?? []).map((id) => {
    return el("span", null, t("office.set_up.counters.helps_short", { queue: named(id) }));
  });
  return [...own, ...helped];
}
