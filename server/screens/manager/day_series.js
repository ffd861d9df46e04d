/** The day so far as rows of time: what both the charts and their tables show. */

/** @typedef {import("./figures.js").Figures} Figures */
/** @typedef {import("./figures.js").Slot} Slot */

/** @typedef {"arrivals" | "waiting" | "wait" | "open"} Measure */

/**
 * @typedef {Object} DaySeries
 * @property {number[]} times  seconds since 1970, the starts of the slots
 * @property {Record<string, (number | null)[]>} values  class -> one value for each time
 */

// Five minutes hold so few customers that their count only jitters; a quarter of an hour shows the rush.
const ARRIVALS_OVER = 3;

/** @type {Record<Measure, (slots: Slot[], at: number) => number | null>} */
const READ = {
  arrivals,
  waiting: (slots, at) => slots[at].waiting,
  wait: (slots, at) => slots[at].mean_wait_min,
  open: (slots, at) => slots[at].open_counters,
};

/** @type {Measure[]} */
export const MEASURES = ["arrivals", "waiting", "wait", "open"];

/**
 * @param {Figures} figures
 * @param {Measure} measure
 * @returns {DaySeries}
 */
export function seriesOf(figures, measure) {
  const starts = Object.values(figures.history).flatMap((slots) => slots.map((slot) => slot.start));
  const times = [...new Set(starts)].sort();
  /** @type {Record<string, (number | null)[]>} */
  const values = {};
  for (const [key, slots] of Object.entries(figures.history)) {
    const at = new Map(slots.map((slot, index) => /** @type {[string, number]} */ ([slot.start, index])));
    values[key] = times.map((time) => (at.has(time) ? READ[measure](slots, Number(at.get(time))) : null));
  }
  return { times: times.map((time) => Date.parse(time) / 1000), values };
}

/**
 * The slot under way is left out: drawn half full, every line would end in a fall.
 * @param {Slot[]} slots
 * @param {number} at
 */
function arrivals(slots, at) {
  if (at === slots.length - 1) return null;
  const recent = slots.slice(Math.max(0, at - ARRIVALS_OVER + 1), at + 1);
  return recent.reduce((total, slot) => total + slot.arrivals, 0);
}
