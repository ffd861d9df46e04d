/** What each number of open counters costs per hour, as columns: the counters below, the customers' time on top. */

import { t } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { markOf } from "./cost_marks.js";
import { money } from "./numbers.js";

/** @typedef {import("./figures.js").CostRow} CostRow */
/** @typedef {import("./cost_marks.js").CostView} CostView */

const MOST_COLUMNS = 7;
// A queue close to its limit costs many times the rest; drawn to scale it would flatten every other column.
const TALLEST = 3;
/** Above so many columns only those with a mark say what they cost. */
const ALL_SAY = 6;

/** @param {CostView} view */
export function costCurve(view) {
  const rows = around(view);
  const scale = scaleOf(rows);
  const hopeless = rows.filter((row) => row.cost === null).length;
  const columns = rows.filter((row) => row.cost !== null).map((row) => column(row, view, scale, rows.length));
  const plot = el(
    "div",
    { class: "curve__plot", role: "img", "aria-label": spoken(rows, view) },
    hopeless ? neverArea(hopeless) : null,
    columns,
  );
  plot.style.setProperty("--columns", String(rows.length));
  const axis = el("div", { class: "curve__axis", "aria-hidden": "true" }, rows.map((row) => foot(row, view)));
  axis.style.setProperty("--columns", String(rows.length));
  return el("figure", { class: "curve" }, plot, axis, el("figcaption", null, part("counters"), part("waiting")));
}

/**
 * @param {CostView} view
 * @returns {CostRow[]} with now and the advised among them
 */
function around({ table, now, advised }) {
  const marked = [now || 1, advised ?? (now || 1)];
  const first = Math.max(0, Math.min(...marked, table.length - MOST_COLUMNS + 3) - 3);
  return table.slice(first, Math.max(first + MOST_COLUMNS, ...marked));
}

/** @param {CostRow[]} rows */
function scaleOf(rows) {
  const costs = rows.flatMap((row) => (row.cost === null ? [] : [row.cost]));
  return Math.min(Math.max(...costs), TALLEST * Math.min(...costs));
}

/**
 * @param {CostRow} row
 * @param {CostView} view
 * @param {number} scale
 * @param {number} among
 */
function column(row, view, scale, among) {
  const cost = row.cost ?? 0;
  const height = Math.min(1, cost / scale);
  const counters = Math.min(1, (view.policy.counter_cost * row.servers) / cost) * Math.min(1, cost / scale);
  const mark = markOf(row, view);
  const says = mark || among <= ALL_SAY ? money(cost, view.currency) : "";
  const more = cost > scale * 1.001;
  return el(
    "div",
    { class: "curve__column", "data-mark": mark },
    el("span", { class: "curve__amount" }, says),
    piece("waiting", Math.max(0, height - counters), more),
    piece("counters", Math.min(counters, height), false),
  );
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
 * @param {CostRow} row
 * @param {CostView} view
 */
function foot(row, view) {
  const mark = markOf(row, view);
  const words = mark ? t(`manager.costs.${mark}`) : "";
  return el("span", { class: "curve__foot", "data-mark": mark }, el("b", null, row.servers), el("span", null, words));
}

/**
 * The same in one sentence, for those who do not see it; the table has all the numbers.
 * @param {CostRow[]} rows
 * @param {CostView} view
 */
function spoken(rows, { now, advised, currency }) {
  const told = (/** @type {number | null} */ servers) => {
    const row = rows.find((one) => one.servers === servers);
    return row?.cost == null ? t("manager.costs.never") : money(row.cost, currency);
  };
  const best = advised ?? now;
  return t("manager.curve.spoken", { now, cost_now: told(now), advised: best, cost_advised: told(best) });
}

/** @param {"counters" | "waiting"} of */
function part(of) {
  return el("span", { class: "costs__legend" }, el("i", { class: `costs__piece--${of}` }), t(`manager.costs.of_${of}`));
}
