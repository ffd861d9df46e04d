/** Who must come for the plan: each shift a bar under the half-hours that it covers. */

import { t, tCount } from "../shared/boot.js";
import { el } from "../shared/dom.js";

/** @typedef {import("./plan_calls.js").Shift} Shift */

/**
 * @param {Shift[]} shifts
 * @param {string[]} times  the beginnings of the half-hours, and the end of the last one
 */
export function shiftRows(shifts, times) {
  const sorted = [...shifts].sort((a, b) => (a.start + a.end < b.start + b.end ? -1 : 1));
  return sorted.map((shift) => shiftRow(shift, times));
}

/**
 * @param {Shift} shift
 * @param {string[]} times
 */
function shiftRow({ start, end, break: pause, count }, times) {
  const bar = el("div", { class: "shift__bar" }, el("span", null, `${start}–${end}`), el("b", null, `× ${count}`));
  place(bar, start, end, times);
  const parts = [bar];
  if (pause) {
    const gap = el("div", { class: "shift__break", title: t("manager.plan.break", pause) });
    place(gap, pause.start, pause.end, times);
    parts.push(gap);
  }
  const rest = pause ? t("manager.plan.break", pause) : "";
  const told = `${tCount("manager.plan.shift", count, { start, end })} ${rest}`.trim();
  return el("li", { class: "shift", "aria-label": told }, parts);
}

/**
 * @param {HTMLElement} bar
 * @param {string} start
 * @param {string} end
 * @param {string[]} times
 */
function place(bar, start, end, times) {
  bar.style.gridColumn = `${times.indexOf(start) + 1} / ${times.lastIndexOf(end) + 1}`;
}
