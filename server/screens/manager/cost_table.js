/** The numbers behind the chart of costs: every number of counters, with now, the advised and the cheapest marked. */

import { t } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { markOf } from "./cost_marks.js";
import { minutesWords, money, percent, short } from "./numbers.js";

/** @typedef {import("./figures.js").CostRow} CostRow */
/** @typedef {import("./cost_marks.js").CostView} CostView */

const COLUMNS = ["counters", "cost", "wait", "busy"];

/** @param {CostView} view */
export function costTable(view) {
  const heads = COLUMNS.map((key) => el("th", { scope: "col" }, t(`manager.costs.${key}`)));
  const rows = view.table.map((row) => costRow(row, view));
  return el("table", { class: "costs" }, el("thead", null, el("tr", null, heads)), el("tbody", null, rows));
}

/**
 * @param {CostRow} row
 * @param {CostView} view
 */
function costRow(row, view) {
  const mark = markOf(row, view);
  const label = mark && el("span", { class: "costs__mark" }, t(`manager.costs.${mark}`));
  const [cost, wait] = [money(row.cost, view.currency), minutesWords(row.wait_min)];
  return el(
    "tr",
    { "data-mark": mark },
    el("th", { scope: "row" }, row.servers, label),
    row.cost === null ? never(row) : [el("td", null, cost), el("td", null, wait)],
    el("td", null, percent(row.rho)),
  );
}

/** @param {CostRow} row */
function never(row) {
  const growth = t("manager.what_if.grows", { n: short(row.growth_per_min * 60) });
  const words = `${t("manager.costs.never")} · ${growth}`;
  return el("td", { class: "costs__never", colspan: 2 }, words);
}
