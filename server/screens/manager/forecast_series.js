/** The hour behind and the ninety minutes ahead as rows of time: what both the forecast's charts and tables show. */

/** @typedef {import("./figures.js").Ahead} Ahead */
/** @typedef {import("./figures.js").Slot} Slot */
/** @typedef {import("./figures.js").Step} Step */

/** @typedef {"waiting" | "wait"} Foreseen */

/**
 * @typedef {Object} ForecastSeries  one value for each time; null where there is none
 * @property {number} now  seconds since 1970, as are all times
 * @property {number[]} times
 * @property {(number | null)[]} past
 * @property {Band} stay
 * @property {Band | null} change
 *
 * @typedef {{mean: (number | null)[], low: (number | null)[], high: (number | null)[]}} Band
 */

const PAST_MIN = 60;

/**
 * @param {Slot[]} slots  the day so far
 * @param {Ahead} ahead
 * @param {Foreseen} measure
 * @returns {ForecastSeries | null} null where nothing is foreseen
 */
export function forecastOf(slots, ahead, measure) {
  const { bands } = ahead;
  if (!bands) return null;
  const now = Date.parse(ahead.at) / 1000;
  const seen = slots.filter((slot) => within(Date.parse(slot.start) / 1000, now));
  const behind = seen.map((slot) => Date.parse(slot.start) / 1000);
  const before = seen.map((slot) => (measure === "waiting" ? slot.waiting : slot.mean_wait_min));
  const steps = bands.stay.map((step) => Date.parse(step.at) / 1000);
  // Both lines begin where the hall is: how many wait is known, how long they will have to is not.
  const here = measure === "waiting" ? ahead.waiting : null;
  const nothing = behind.map(() => null);
  const none = steps.map(() => null);
  return {
    now,
    times: [...behind, now, ...steps],
    past: [...before, here, ...none],
    stay: band(nothing, here, bands.stay, measure),
    change: bands.change && band(nothing, here, bands.change, measure),
  };
}

/**
 * @param {number} time
 * @param {number} now
 */
function within(time, now) {
  return time >= now - PAST_MIN * 60 && time < now;
}

/**
 * @param {null[]} nothing
 * @param {number | null} here
 * @param {Step[]} steps
 * @param {Foreseen} measure
 * @returns {Band}
 */
function band(nothing, here, steps, measure) {
  const row = (/** @type {"waiting" | "waiting_low" | "waiting_high" | "wait" | "wait_low" | "wait_high"} */ key) => [
    ...nothing,
    here,
    ...steps.map((step) => step[key]),
  ];
  return { mean: row(measure), low: row(`${measure}_low`), high: row(`${measure}_high`) };
}
