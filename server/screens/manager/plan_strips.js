/** Above the counters, half-hour by half-hour: who is expected, and how long they would wait. */

import { t } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { short } from "./numbers.js";

/** @typedef {import("./plan_calls.js").Evaluation} Evaluation */

const SVG = "http://www.w3.org/2000/svg";
// A wait that is long: the customer begins to mind. Shorter waits all fit below it.
const LONG_MIN = 10;
const LONGEST_MIN = 120;

/**
 * The line of expected customers an hour, with its numbers.
 * @param {number[]} rates
 */
export function arrivalsStrip(rates) {
  const top = Math.max(4, ...rates) * 1.25;
  const points = rates.map((rate, at) => [at + 0.5, 100 - (100 * rate) / top]);
  const line = [[0, points[0][1]], ...points, [rates.length, points[points.length - 1][1]]];
  const path = line.map(([x, y], at) => `${at ? "L" : "M"}${x} ${y.toFixed(2)}`).join("");
  const numbers = points.map(([, y], at) => {
    const number = el("span", { class: "strip__number" }, short(rates[at]));
    number.style.bottom = `${100 - y}%`;
    return el("div", { class: "strip__cell" }, number);
  });
  const area = `${path}L${rates.length} 100L0 100Z`;
  return [drawing(rates.length, [shape(area, "strip__area"), shape(path, "strip__line")]), ...numbers];
}

/**
 * The wait of who comes in each half-hour: a bar, and a line where the other plan would have it.
 * @param {Evaluation} evaluation
 * @param {Evaluation} beside
 */
export function waitsStrip(evaluation, beside) {
  const waits = evaluation.slots.map((slot) => Math.min(LONGEST_MIN, slot.wait_min));
  const others = beside.slots.map((slot) => Math.min(LONGEST_MIN, slot.wait_min));
  const top = Math.max(LONG_MIN * 1.2, ...waits, ...others) * 1.3;
  const limit = el("i", { class: "strip__limit", title: t("manager.plan.ten_minutes") });
  limit.style.bottom = `${(100 * LONG_MIN) / top}%`;
  const cells = waits.map((wait, at) => {
    const { keeps_up: fits, wait_min: whole } = evaluation.slots[at];
    const bar = el("i", { class: "strip__bar" });
    bar.style.height = `${(100 * wait) / top}%`;
    const other = el("i", { class: "strip__other" });
    other.style.bottom = `${(100 * others[at]) / top}%`;
    const number = el("span", { class: "strip__number" }, whole > LONGEST_MIN ? `>${LONGEST_MIN}` : short(whole));
    number.style.bottom = `${(100 * Math.max(wait, others[at])) / top}%`;
    return el("div", { class: "strip__cell", "data-long": wait > LONG_MIN || !fits }, bar, other, number);
  });
  return [limit, ...cells];
}

/**
 * The times of day below all; the half-hour that is under way says so.
 * @param {string[]} times
 * @param {number | null} now
 */
export function timesRow(times, now) {
  return times.slice(0, -1).map((time, at) => {
    const told = at === now ? t("manager.plan.now") : time;
    return el("span", { class: "plan__time", "data-hour": time.endsWith(":00"), "data-now": at === now }, told);
  });
}

/**
 * @param {number} width
 * @param {SVGElement[]} shapes
 */
function drawing(width, shapes) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${width} 100`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("class", "strip__drawing");
  svg.setAttribute("aria-hidden", "true");
  shapes.forEach((one) => svg.appendChild(one));
  return svg;
}

/**
 * @param {string} path
 * @param {string} name
 */
function shape(path, name) {
  const found = document.createElementNS(SVG, "path");
  found.setAttribute("d", path);
  found.setAttribute("class", name);
  return found;
}
