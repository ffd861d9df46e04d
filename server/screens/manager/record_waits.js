/** Whether customers waited as they were told: each promise with the share of those whom it held for. */

import { t } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { percent, short } from "./numbers.js";

/** @typedef {import("./record_calls.js").PromisedWaits} PromisedWaits */

/** @type {{key: "p10" | "p50" | "p90" | "inside", promised: number}[]} */
const PROMISES = [
  { key: "p10", promised: 0.1 },
  { key: "p50", promised: 0.5 },
  { key: "p90", promised: 0.9 },
  { key: "inside", promised: 0.8 },
];

/** @param {PromisedWaits} waits */
export function waitsTable(waits) {
  const head = ["told", "promised", "found", "range"].map((key) =>
    el("th", { scope: "col" }, t(`manager.record.${key}`)),
  );
  const picture = el("th", { "aria-hidden": "true" });
  head.splice(1, 0, picture);
  const rows = PROMISES.map(({ key, promised }) => row(key, promised, waits));
  const body = el("tbody", null, rows);
  return el("table", { class: "record__table record__table--waits" }, el("thead", null, el("tr", null, head)), body);
}

/** @param {PromisedWaits} waits */
export function waitsWords(waits) {
  const means = { promised: short(waits.promised_min), found: short(waits.found_min) };
  return el("p", { class: "record__none" }, t("manager.record.waits_means", means));
}

/**
 * @param {"p10" | "p50" | "p90" | "inside"} key
 * @param {number} promised
 * @param {PromisedWaits} waits
 */
function row(key, promised, waits) {
  const found = key === "inside" ? waits.inside : waits[`below_${key}`];
  const range = waits.interval[key];
  return el(
    "tr",
    null,
    el("th", { scope: "row" }, t(`manager.record.promise_${key}`)),
    el("td", { class: "scale-cell", "aria-hidden": "true" }, scale(promised, found, range)),
    el("td", null, percent(promised)),
    el("td", null, found === null ? "–" : percent(found)),
    el("td", null, range ? `${Math.round(range[0] * 100)}–${percent(range[1])}` : "–"),
  );
}

/**
 * @param {number} promised
 * @param {number | null} found
 * @param {import("./record_calls.js").Range | null} range
 */
function scale(promised, found, range) {
  const target = mark("scale__target", promised);
  if (found === null || !range) return el("div", { class: "scale" }, target);
  const bar = mark("scale__range", range[0]);
  bar.style.width = `${(range[1] - range[0]) * 100}%`;
  return el("div", { class: "scale" }, bar, target, mark("scale__found", found));
}

/**
 * @param {string} name
 * @param {number} share
 */
function mark(name, share) {
  const found = el("i", { class: name });
  found.style.left = `${share * 100}%`;
  return found;
}
