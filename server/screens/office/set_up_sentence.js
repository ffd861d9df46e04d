/** A rule as a sentence with its numbers in it: "Call [2] VIPs for each [1] other while both wait." */

import { t } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { numberInput, room } from "./set_up_fields.js";

/** @typedef {import("./set_up_desk.js").Desk} Desk */
/** @typedef {import("./set_up_fields.js").Numeric & {path: string}} Gap */

/**
 * @param {Desk} desk
 * @param {string} key  words with {gaps}
 * @param {Record<string, Gap | HTMLElement>} gaps
 * @param {string} [note]
 */
export function sentence(desk, key, gaps, note) {
  const words = t(key);
  const parts = words.split(/\{(\w+)\}/).map((part, n) => (n % 2 === 0 ? part : gapOf(desk, words, gaps[part])));
  const rooms = Object.values(gaps).map((gap) => !(gap instanceof HTMLElement) && room(gap.path));
  return el(
    "div",
    { class: "sentence" },
    el("p", { class: "sentence__words" }, parts),
    note && el("p", { class: "field__note" }, note),
    rooms,
  );
}

/**
 * @param {Desk} desk
 * @param {string} words
 * @param {Gap | HTMLElement} gap
 */
function gapOf(desk, words, gap) {
  if (gap instanceof HTMLElement) return gap;
  const spoken = words.replace(/\{\w+\}/g, "…");
  return numberInput(desk, gap.path, gap, { class: "input input--gap", "aria-label": spoken });
}
