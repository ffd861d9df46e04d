/** What following the advice would change, reckoned with the newest figures: those it was given with grow old. */

/** @typedef {import("../shared/types.js").Advice} Advice */
/** @typedef {import("./figures.js").Reckoning} Reckoning */
/** @typedef {import("./figures.js").CostRow} CostRow */

/**
 * @typedef {Object} Outlook
 * @property {import("./figures.js").Rates} rates
 * @property {CostRow[]} table
 * @property {number} open  counters open now
 * @property {CostRow | null} now  null when no counter is open
 * @property {CostRow | null} after
 * @property {number | null} saving  per hour; null where a cost is without end
 * @property {number} sure  probability that more counters (fewer, for closing) are right
 */

/**
 * @param {Advice} advice
 * @param {Reckoning | null} newest
 * @returns {Outlook}
 */
export function outlookOf(advice, newest) {
  const given = /** @type {Reckoning} */ (/** @type {unknown} */ (advice.figures));
  const { rates, table } = stillAhead(advice, newest) ? newest : given;
  const open = rates.open_counters;
  const [now, after] = [table[open - 1] ?? null, table[advice.advised - 1] ?? null];
  const finite = now?.cost != null && after?.cost != null;
  const saving = finite ? Number(now.cost) - Number(after.cost) : null;
  const sure = open === 0 ? 1 : sureness(advice, table, open);
  return { rates, table, open, now, after, saving, sure };
}

/**
 * Once followed, the newest figures compare the advised number with itself; until the server takes the advice back,
 * its own are shown.
 * @param {Advice} advice
 * @param {Reckoning | null} newest
 * @returns {newest is Reckoning}
 */
function stillAhead(advice, newest) {
  if (!newest) return false;
  const open = newest.rates.open_counters;
  return advice.action === "open" ? open < advice.advised : open > advice.advised;
}

/**
 * @param {Advice} advice
 * @param {CostRow[]} table
 * @param {number} open
 */
function sureness(advice, table, open) {
  const chance = (/** @type {CostRow[]} */ rows) => rows.reduce((sum, row) => sum + row.chance, 0);
  if (advice.action === "close") return chance(table.slice(0, open - 1));
  // What is missing to 1 belongs to more counters than there are.
  return Math.max(0, 1 - chance(table.slice(0, open)));
}
