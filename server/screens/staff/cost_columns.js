/** What each number of counters costs per hour, as columns: the counters below, the customers' time on top. */

import { t } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { money } from "./money.js";

/**
 * @typedef {Object} Column  so many counters; no cost: with them the queue grows without end
 * @property {number} servers
 * @property {number | null} cost
 *
 * @typedef {Object} ColumnsView
 * @property {Column[]} columns  all that are to be seen, the fewest counters first
 * @property {number} counterCost  of one counter
 * @property {string} currency
 * @property {(servers: number) => {kind: string, words: string} | null} markOf  what makes this one stand out
 * @property {number} [there]  more than so many there are not
 * @property {string} spoken  the same in words, for those who do not see it
 */

// A queue close to its limit costs many times the rest; drawn to scale it would flatten every other column.
const TALLEST = 3;
/** Above so many columns only those with a mark say what they cost. */
const ALL_SAY = 6;

/** @param {ColumnsView} view */
export function costColumns(view) {
  const { columns } = view;
  const scale = scaleOf(columns);
  const hopeless = columns.filter((one) => one.cost === null).length;
  const plot = el(
    "div",
    { class: "curve__plot", role: "img", "aria-label": view.spoken },
    hopeless ? neverArea(hopeless) : null,
    columns.filter((one) => one.cost !== null).map((one) => drawn(one, view, scale)),
  );
  plot.style.setProperty("--columns", String(columns.length));
  const axis = el("div", { class: "curve__axis", "aria-hidden": "true" }, columns.map((one) => foot(one, view)));
  axis.style.setProperty("--columns", String(columns.length));
  return el("figure", { class: "curve" }, plot, axis, el("figcaption", null, part("counters"), part("waiting")));
}

/** @param {Column[]} columns */
function scaleOf(columns) {
  const costs = columns.flatMap((one) => (one.cost === null ? [] : [one.cost]));
  return Math.min(Math.max(...costs), TALLEST * Math.min(...costs));
}

/**
 * @param {Column} one
 * @param {ColumnsView} view
 * @param {number} scale
 */
function drawn(one, view, scale) {
  const cost = one.cost ?? 0;
  const height = Math.min(1, cost / scale);
  const counters = Math.min(1, (view.counterCost * one.servers) / cost) * height;
  const mark = view.markOf(one.servers);
  const says = mark || view.columns.length <= ALL_SAY ? money(cost, view.currency) : "";
  const more = cost > scale * 1.001;
  return el(
    "div",
    { class: "curve__column", "data-mark": mark?.kind, "data-beyond": isBeyond(one, view) },
    el("span", { class: "curve__amount" }, says),
    piece("waiting", Math.max(0, height - counters), more),
    piece("counters", Math.min(counters, height), false),
  );
}

/**
 * @param {Column} one
 * @param {ColumnsView} view
 */
function isBeyond(one, { there }) {
  return there !== undefined && one.servers > there;
}

/**
 * @param {"counters" | "waiting"} of
 * @param {number} share  of the height of the drawing
 * @param {boolean} more  it would go on above the top
 */
function piece(of, share, more) {
  const element = el("span", { class: `curve__piece costs__piece--${of}`, "data-more": more });
  element.style.height = `${(share * 100).toFixed(1)}%`;
  return element;
}

/**
 * Too few counters have no cost: with them the queue grows without end.
 * @param {number} columns
 */
function neverArea(columns) {
  const area = el("div", { class: "curve__never" }, el("span", null, t("manager.costs.never")));
  area.style.gridColumn = `span ${columns}`;
  area.dataset.narrow = String(columns === 1);
  return area;
}

/**
 * @param {Column} one
 * @param {ColumnsView} view
 */
function foot(one, view) {
  const mark = view.markOf(one.servers);
  const attributes = { class: "curve__foot", "data-mark": mark?.kind, "data-beyond": isBeyond(one, view) };
  return el("span", attributes, el("b", null, one.servers), el("span", null, mark?.words));
}

/** @param {"counters" | "waiting"} of */
function part(of) {
  return el("span", { class: "costs__legend" }, el("i", { class: `costs__piece--${of}` }), t(`manager.costs.of_${of}`));
}
