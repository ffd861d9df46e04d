/** What following the advice would change, reckoned with the newest figures: those it was given with grow old. */

/** @typedef {import("../shared/types.js").Advice} Advice */
/** @typedef {import("./figures.js").Reckoning} Reckoning */
/** @typedef {import("./figures.js").CostRow} CostRow */
/** @typedef {import("./figures.js").Ahead} Ahead */

/**
 * @typedef {Object} Outlook
 * @property {import("./figures.js").Rates | null} rates
 * @property {number} open  counters open now
 * @property {CostRow | null} now  if the flow stayed as it is; null when no counter is open
 * @property {CostRow | null} after
 * @property {{now: number | null, after: number | null} | null} waits  minutes; null where only the rows tell
 * @property {number | null} saving  per hour; null where a cost is without end
 * @property {number | null} sure  probability that it is right; null: not reckoned
 * @property {number | null} wrong  what it would cost if it were wrong
 * @property {number} minutes  how far ahead waits and costs reach
 */

const NEXT_HOUR = 60;
// The program's steps are not whole minutes: nobody needs the 88.7.
const ROUND_MIN = 5;

/**
 * @param {Advice} advice
 * @param {{reckoning: Reckoning | null, ahead: Ahead | null}} newest
 * @returns {Outlook}
 */
export function outlookOf(advice, newest) {
  if (advice.action === "profile" || advice.action === "divert") return othersHelp(advice, newest.reckoning);
  const given = /** @type {Reckoning} */ (/** @type {unknown} */ (advice.figures));
  const fresh = stillAhead(advice, newest.reckoning) ? newest.reckoning : null;
  const { rates, table } = fresh ?? given;
  const open = rates.open_counters;
  const rows = { now: table[open - 1] ?? null, after: table[advice.advised - 1] ?? null };
  const plan = fresh && newest.ahead?.compared === advice.advised ? newest.ahead : planOf(advice);
  return { rates, open, ...rows, ...(plan?.change ? looked(plan, plan.change) : reckoned(advice, table, open)) };
}

/**
 * Other counters or the machines help: nothing is opened, so that there are no rows to compare.
 * @param {Advice} advice
 * @param {Reckoning | null} reckoning
 * @returns {Outlook}
 */
function othersHelp({ figures, open_now: open }, reckoning) {
  const waits = { now: figures.wait_now ?? null, after: figures.wait_after ?? null };
  const rates = reckoning?.rates ?? null;
  const [saving, sure] = [figures.saving ?? null, figures.confidence ?? null];
  return { rates, open, now: null, after: null, waits, saving, sure, wrong: null, minutes: NEXT_HOUR };
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
 * @returns {Ahead | null} what the program saw ahead when the advice was given
 */
function planOf({ figures, advised }) {
  return figures.plan?.compared === advised ? figures.plan : null;
}

/**
 * @param {Ahead} plan
 * @param {import("./figures.js").Course} change
 */
function looked({ stay, saving_per_hour: saving, confidence: sure, wrong, horizon_min: horizon }, change) {
  const waits = { now: stay.wait_min, after: change.wait_min };
  const minutes = Math.round(horizon / ROUND_MIN) * ROUND_MIN;
  return { waits, saving, sure, wrong: wrong?.cost ?? null, minutes };
}

/**
 * Nobody has looked ahead: as if the flow of now never changed.
 * @param {Advice} advice
 * @param {CostRow[]} table
 * @param {number} open
 */
function reckoned(advice, table, open) {
  const [now, after] = [table[open - 1], table[advice.advised - 1]];
  const finite = now?.cost != null && after?.cost != null;
  const saving = finite ? Number(now.cost) - Number(after.cost) : null;
  const sure = open === 0 ? 1 : sureness(advice, table, open);
  return { waits: null, saving, sure, wrong: null, minutes: NEXT_HOUR };
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
