/** The advisor's record, asked of the server. */

import { branchPath, get } from "../shared/api.js";

/** @typedef {import("../shared/types.js").Advice} Advice */
/** @typedef {[number, number]} Range  holds the true share with probability 0.8 */

/**
 * @typedef {Object} AdviceCounts
 * @property {number} given
 * @property {number} accepted
 * @property {number} dismissed
 * @property {number} withdrawn  taken back before anybody answered
 * @property {number} judged
 * @property {number} right
 * @property {number} unknown
 * @property {number} from
 * @property {number} to
 *
 * @typedef {{low: number, high: number, n: number, stated: number, right: number, from: number, to: number}} Stated
 *
 * @typedef {Object} PromisedWaits  shares of customers; null: nothing was promised yet
 * @property {number} n
 * @property {number | null} below_p10
 * @property {number | null} below_p50
 * @property {number | null} below_p90
 * @property {number | null} inside
 * @property {Record<"p10" | "p50" | "p90" | "inside", Range | null>} interval
 * @property {number | null} promised_min
 * @property {number | null} found_min
 *
 * @typedef {Object} AdviceRecord
 * @property {number} days
 * @property {string} since
 * @property {AdviceCounts} advice
 * @property {Stated[]} confidence
 * @property {PromisedWaits} waits
 * @property {{n: number, wait_promised_min: number | null, wait_found_min: number | null}} promises
 * @property {Advice[]} recent
 */

/**
 * @param {number} days
 * @returns {Promise<AdviceRecord>} throws Refused
 */
export function recordOf(days) {
  return get(branchPath(`advice/record?days=${days}`));
}
