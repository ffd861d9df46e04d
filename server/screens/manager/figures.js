/** The advisor's figures, asked for anew when the hall has changed, but never in a stream. */

import { branchPath, get } from "../shared/api.js";

/**
 * @typedef {Object} Rates  of one class; rates per minute, times in minutes, each between `low` and `high` with `level`
 * @property {number} level
 * @property {number} arrivals
 * @property {number} arrivals_per_min
 * @property {number} arrivals_per_min_low
 * @property {number} arrivals_per_min_high
 * @property {number} completions
 * @property {boolean} enough_seen  below it the advisor keeps silent, and the screen says so
 * @property {number} no_shows
 * @property {number} services_per_min
 * @property {number} services_per_min_low
 * @property {number} services_per_min_high
 * @property {number} mean_service_min
 * @property {number} mean_service_min_low
 * @property {number} mean_service_min_high
 * @property {number | null} cv2
 * @property {number} cv2_n
 * @property {number} waiting
 * @property {number} busy_counters
 * @property {number} open_counters
 * @property {Target | null} [target]  null: the branch has set itself none
 *
 * @typedef {Object} Target  who was called within the wait that the branch has set itself, today
 * @property {number} low_min
 * @property {number} high_min
 * @property {number | null} share  within / counted; null: nobody yet
 * @property {number} within
 * @property {number} counted  called, or given up after it
 * @property {number} late  wait past it now
 *
 * @typedef {Object} CostRow  what so many open counters would give; null: without end
 * @property {number} servers
 * @property {number | null} cost
 * @property {number | null} wait_min
 * @property {number | null} waiting
 * @property {number} rho
 * @property {boolean} keeps_up
 * @property {number} growth_per_min
 * @property {number} chance
 *
 * @typedef {{optimum: number, keeps_up: boolean, rates: Rates, table: CostRow[]}} Reckoning
 *
 * @typedef {Object} Slot  five minutes of the day
 * @property {string} start
 * @property {number} arrivals
 * @property {number} called
 * @property {number} completed
 * @property {number | null} mean_wait_min
 * @property {number | null} mean_service_min
 * @property {number} waiting
 * @property {number} open_counters
 *
 * @typedef {Object} Course  what so many counters would come to over the horizon; money, minutes
 * @property {number | null} cost_per_hour
 * @property {number | null} wait_min
 * @property {number | null} peak_wait_min
 * @property {number | null} waiting_at_end
 *
 * @typedef {Object} Step  of the forecast; low and high are P10 and P90
 * @property {number} minute
 * @property {string} at
 * @property {number} arrivals_per_hour
 * @property {number | null} waiting
 * @property {number | null} waiting_low
 * @property {number | null} waiting_high
 * @property {number | null} wait
 * @property {number | null} wait_low
 * @property {number | null} wait_high
 *
 * @typedef {Object} Ahead  what lies ahead of one class
 * @property {string} at
 * @property {number} horizon_min
 * @property {string} policy  which one speaks
 * @property {number} open_now
 * @property {number} present
 * @property {number} waiting
 * @property {number} most
 * @property {number} advised
 * @property {number | null} compared  the counters of `change`
 * @property {Course} stay
 * @property {Course | null} change
 * @property {number | null} saving_per_hour
 * @property {number} opening_cost
 * @property {number | null} confidence
 * @property {{chance: number, cost: number} | null} wrong
 * @property {{open_at: number | null, close_at: number | null}} thresholds
 * @property {{stay: Step[], change: Step[] | null}} [bands]
 * @property {{code: string, words: import("../shared/types.js").Names} | null} rung
 * @property {{policy: string, servers: number | null}[]} others
 * @property {{kind: "rush" | "lull", since: string, factor: number} | null} rush
 *
 * @typedef {Object} Figures
 * @property {string} now
 * @property {Record<string, Rates>} classes
 * @property {Record<string, Slot[]>} history
 * @property {Record<string, Reckoning>} advice_table
 * @property {Record<string, Ahead | null>} [outlook]
 */

const SOONEST_MS = 3000;
// Rates fade with time, also while nothing happens.
const LATEST_MS = 15000;

/**
 * @param {import("../shared/live.js").LiveHall} live
 * @param {(figures: Figures) => void} heard
 */
export function followFigures(live, heard) {
  let askedAt = -Infinity;
  let waits = false;

  async function ask() {
    waits = false;
    askedAt = performance.now();
    try {
      heard(await get(branchPath("figures")));
    } catch {
      // The old figures stay. Whether the hall is live is said elsewhere, and the next event asks again.
    }
  }

  function askSoon() {
    if (waits) return;
    waits = true;
    setTimeout(ask, Math.max(0, askedAt + SOONEST_MS - performance.now()));
  }

  live.onChange(askSoon);
  live.onStatus((status) => status === "live" && askSoon());
  setInterval(() => performance.now() - askedAt > LATEST_MS && askSoon(), 1000);
  askSoon();
}
