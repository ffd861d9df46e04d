/** What each number of open counters would cost, as bars and as the same numbers, with now and the advised marked. */

import { t } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { growthWords, minutesWords, money, percent } from "./numbers.js";

/** @typedef {import("./figures.js").CostRow} CostRow */
/** @typedef {import("../shared/types.js").ClassPolicy} ClassPolicy */

/**
 * @typedef {Object} CostView
 * @property {CostRow[]} table
 * @property {number} now  counters open
 * @property {number} advised
 * @property {ClassPolicy} policy
 * @property {string} currency
 * @property {boolean} [whole]  every row, and not only those around now and the best; nothing is advised then
 */

const ROWS = 5;
// A queue close to its limit costs many times the rest; drawn to scale it would flatten every other bar.
const LONGEST = 2.5;

/** @param {CostView} view */
export function costTable(view) {
  const head = ["counters", "cost", "wait", "busy"].map((key) => el("th", { scope: "col" }, t(`manager.costs.${key}`)));
  const rows = view.whole ? view.table : around(view);
  const scale = scaleOf(rows);
  return el(
    "figure",
    { class: "costs" },
    el(
      "table",
      null,
      el("thead", null, el("tr", null, head)),
      el("tbody", null, rows.map((row) => costRow(row, view, scale))),
    ),
    el("figcaption", null, legend("counters"), legend("waiting")),
  );
}

/**
 * @param {CostView} view
 * @returns {CostRow[]} at most five, with now and the advised among them
 */
function around({ table, now, advised }) {
  const first = Math.max(0, Math.min(now, advised) - 2);
  const start = Math.max(0, Math.min(first, table.length - ROWS));
  return table.slice(start, Math.max(start + ROWS, now, advised));
}

/** @param {CostRow[]} rows */
function scaleOf(rows) {
  const costs = rows.flatMap((row) => (row.cost === null ? [] : [row.cost]));
  return Math.min(Math.max(...costs), LONGEST * Math.min(...costs));
}

/**
 * @param {CostRow} row
 * @param {CostView} view
 * @param {number} scale
 */
function costRow(row, { now, advised, policy, currency, whole }, scale) {
  const right = whole ? "best" : "advised";
  const mark = row.servers === advised && now !== advised ? right : row.servers === now ? "now" : "";
  const label = mark ? el("span", { class: "costs__mark" }, t(`manager.costs.${mark}`)) : null;
  const drawn = row.cost === null ? null : bar(row, policy, scale, money(row.cost, currency));
  return el(
    "tr",
    { "data-mark": mark === "best" ? "advised" : mark || null },
    el("th", { scope: "row" }, row.servers, label),
    drawn ? [el("td", null, drawn), el("td", null, minutesWords(row.wait_min))] : never(row),
    el("td", null, percent(row.rho)),
  );
}

/** @param {CostRow} row */
function never(row) {
  const words = `${t("manager.costs.never")} · ${growthWords(row.growth_per_min)}`;
  return el("td", { class: "costs__never", colspan: 2 }, words);
}

/**
 * Two pieces: what the counters cost, and what the customers' waiting does.
 * @param {CostRow} row
 * @param {ClassPolicy} policy
 * @param {number} scale
 * @param {string} words
 */
function bar(row, policy, scale, words) {
  const cost = row.cost ?? 0;
  const length = Math.min(1, cost / scale);
  const counters = Math.min(1, (policy.counter_cost * row.servers) / cost);
  const pieces = [counters, 1 - counters].map((share, index) => {
    const piece = el("span", { class: `costs__piece costs__piece--${index ? "waiting" : "counters"}` });
    piece.style.width = `${(share * length * 100).toFixed(1)}%`;
    return piece;
  });
  const more = cost > scale * 1.001;
  const track = el("span", { class: more ? "costs__bar costs__bar--more" : "costs__bar" }, pieces);
  return el("span", { class: "costs__cell" }, track, el("span", { class: "costs__amount" }, words));
}

/** @param {"counters" | "waiting"} part */
function legend(part) {
  const colour = el("i", { class: `costs__piece--${part}` });
  return el("span", { class: "costs__legend" }, colour, t(`manager.costs.of_${part}`));
}
