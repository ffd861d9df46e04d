/** What each number of open counters costs per hour, as a picture with now, the advised and the cheapest in it. */

import { t } from "../shared/boot.js";
import { costColumns } from "../staff/cost_columns.js";
import { markOf } from "./cost_marks.js";
import { money } from "./numbers.js";

/** @typedef {import("./figures.js").CostRow} CostRow */
/** @typedef {import("./cost_marks.js").CostView} CostView */

const MOST_COLUMNS = 7;

/** @param {CostView} view */
export function costCurve(view) {
  const columns = around(view);
  return costColumns({
    columns,
    counterCost: view.policy.counter_cost,
    currency: view.currency,
    markOf: (servers) => {
      const kind = markOf({ servers }, view);
      return kind && { kind, words: t(`manager.costs.${kind}`) };
    },
    spoken: spoken(columns, view),
  });
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
