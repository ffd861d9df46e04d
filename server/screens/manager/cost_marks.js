/** Which numbers of counters stand out among all, in the chart of costs and in its table alike. */

/** @typedef {import("./figures.js").CostRow} CostRow */

/**
 * @typedef {Object} CostView
 * @property {CostRow[]} table
 * @property {number} now  counters open
 * @property {number | null} advised
 * @property {number | null} supposed  the counters of a what-if
 * @property {number | null} best  the cheapest, if the flow stayed as it is
 * @property {import("../shared/types.js").ClassPolicy} policy
 * @property {string} currency
 */

/**
 * @param {{servers: number}} row
 * @param {CostView} view
 * @returns {"supposed" | "now" | "advised" | "best" | null}
 */
export function markOf({ servers }, { now, advised, supposed, best }) {
  if (servers === supposed) return "supposed";
  if (servers === now) return "now";
  if (servers === advised) return "advised";
  return servers === best ? "best" : null;
}
