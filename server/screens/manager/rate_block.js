/** What has been measured for a class, each with the range in which the true value probably lies. */

import { t } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { course } from "./advice_words.js";
import { minutesWords, percent, short } from "./numbers.js";

/** @typedef {import("./figures.js").Reckoning} Reckoning */
/** @typedef {import("./figures.js").Slot} Slot */

const RECENT_SLOTS = 6;

/**
 * @param {Reckoning | null} reckoning
 * @param {Slot[]} slots  the day so far
 */
export function rateBlock(reckoning, slots) {
  if (!reckoning) return [];
  const { rates, table } = reckoning;
  const row = table[rates.open_counters - 1];
  const { arrivals_per_min: arrivals, arrivals_per_min_low: low, arrivals_per_min_high: high } = rates;
  const open = t("manager.rates.open", { n: rates.open_counters, of: table.length });
  const service = range(rates.mean_service_min_low, rates.mean_service_min_high);
  const full = row !== undefined && !row.keeps_up;
  return [
    rate("arrivals", short(arrivals * 60), range(low * 60, high * 60), t("manager.rates.n", { n: rates.arrivals })),
    rate("service", short(rates.mean_service_min), service, t("manager.rates.n", { n: rates.completions })),
    rate("busy", row ? percent(row.rho) : "–", open, "", full),
    rate("wait", minutesWords(recentWait(slots)), row ? t("manager.rates.goes_on") : "", row ? course(row) : "", full),
  ];
}

/**
 * What those called in the last half hour have waited: the reckoned wait is where things are heading, not where
 * they are.
 * @param {Slot[]} slots
 */
function recentWait(slots) {
  const called = slots.slice(-RECENT_SLOTS).filter((slot) => slot.mean_wait_min !== null);
  const people = called.reduce((total, slot) => total + slot.called, 0);
  const minutes = called.reduce((total, slot) => total + slot.called * (slot.mean_wait_min ?? 0), 0);
  return people ? minutes / people : null;
}

/**
 * Its name is to be seen once, at the head of the column; who hears the page hears it here.
 * @param {string} key
 * @param {string} value
 * @param {string} between
 * @param {string} below
 * @param {boolean} [full]  the counters cannot keep up
 */
function rate(key, value, between, below, full = false) {
  return el(
    "dl",
    { class: "rate", "data-full": full },
    el("dt", { class: "rate__name" }, t(`manager.rates.${key}`)),
    el("dd", { class: "rate__value" }, value),
    el("dd", { class: "rate__range" }, between),
    el("dd", { class: "rate__n" }, below),
  );
}

/**
 * @param {number} low
 * @param {number} high
 */
function range(low, high) {
  return `${short(low)}–${short(high)}`;
}
