/** The day's plan, asked of the server: what it has, what a change would give, and what is kept. */

import { branchPath, get, question, Refused } from "../shared/api.js";
import { boot } from "../shared/boot.js";

/**
 * @typedef {Object} Evaluation  what a plan would give; times in minutes, costs in the branch's currency
 * @property {PlannedSlot[]} slots
 * @property {number} staff_cost
 * @property {number} waiting_cost
 * @property {number} cost
 * @property {number} wait_min  mean over the customers of the day
 * @property {number} long_wait  share of them who wait more than ten minutes
 * @property {number} worst_wait_min
 *
 * @typedef {Object} PlannedSlot
 * @property {string} at  "08:30"
 * @property {number} wait_min
 * @property {number} waiting
 * @property {number} long_wait
 * @property {boolean} keeps_up
 * @property {number} staff_cost
 * @property {number} waiting_cost
 *
 * @typedef {{start: string, end: string, break: {start: string, end: string} | null, count: number}} Shift
 *
 * @typedef {Object} ClassPlan
 * @property {number} least
 * @property {number} most
 * @property {number} from_history  days learnt from; 0: the branch's own expectation
 * @property {number[]} arrivals_per_hour
 * @property {number | null} service_min
 * @property {number[]} recommended
 * @property {Evaluation} recommended_evaluation
 * @property {number} recommended_people
 * @property {Shift[]} recommended_shifts
 * @property {number[]} counters  the saved plan, or the recommended one
 * @property {{by: string, at: string} | null} saved
 * @property {Evaluation} evaluation
 * @property {number} people
 * @property {Shift[]} shifts
 * @property {number | null} now_slot
 *
 * @typedef {Object} DayPlan
 * @property {string} day  "2026-03-02"
 * @property {string} opens
 * @property {string} closes
 * @property {number} slot_min
 * @property {number} from_history
 * @property {Record<string, ClassPlan>} classes
 *
 * @typedef {{arrivals_factor: number, service_factor: number, tellers_ill: number}} Conditions
 *
 * @typedef {Object} Outcome  of a plan under conditions, and of the plan mended for them
 * @property {Evaluation} evaluation
 * @property {number} people
 * @property {Shift[]} shifts
 * @property {number[]} counters_left  what is open if nobody acts
 * @property {number[]} repaired
 * @property {Evaluation} repaired_evaluation
 * @property {number} repaired_people
 * @property {Shift[]} repaired_shifts
 */

/** @type {Readonly<Conditions>} */
export const AS_EXPECTED = { arrivals_factor: 1, service_factor: 1, tellers_ill: 0 };

/**
 * @param {string} day
 * @returns {Promise<DayPlan>} throws Refused
 */
export function planOf(day) {
  return get(branchPath(`plan?day=${day}`));
}

/**
 * @param {string} day
 * @param {string} key  the class
 * @param {number[]} counters
 * @param {Conditions} conditions
 * @returns {Promise<Outcome>} throws Refused
 */
export function outcomeOf(day, key, counters, conditions) {
  return question(branchPath("plan/evaluate"), { day, counter_class: key, counters, ...conditions });
}

/**
 * The same plan twice is the same plan: it needs no key.
 * @param {string} day
 * @param {string} key
 * @param {number[] | null} counters  null: back to the recommended plan
 * @returns {Promise<ClassPlan>} throws Refused
 */
export async function keepPlan(day, key, counters) {
  const headers = { Authorization: `Bearer ${boot.token}`, "Content-Type": "application/json" };
  const body = JSON.stringify({ day, counter_class: key, counters });
  try {
    const response = await fetch(`/api/v1/${branchPath("plan")}`, { method: "PUT", headers, body });
    const answer = await response.json();
    if (response.ok) return answer;
    throw new Refused(response.status, answer);
  } catch (problem) {
    throw problem instanceof Refused ? problem : new Refused(0, { code: "unreachable" });
  }
}
