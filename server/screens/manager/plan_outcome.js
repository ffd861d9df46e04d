/** The two plans that stand beside each other: the one on the table, and the best one under the same conditions. */

import { AS_EXPECTED } from "./plan_calls.js";
import { same } from "./plan_draft.js";

/** @typedef {import("./plan_calls.js").Conditions} Conditions */
/** @typedef {import("./plan_calls.js").Evaluation} Evaluation */
/** @typedef {import("./plan_calls.js").Outcome} Outcome */
/** @typedef {import("./plan_calls.js").Shift} Shift */
/** @typedef {import("./plan_draft.js").Draft} Draft */

/** @typedef {{counters: number[], evaluation: Evaluation, people: number, shifts: Shift[]}} Side */

/**
 * @typedef {Object} Pair
 * @property {Side} own
 * @property {number[]} left  the own counters that would be open if nobody acted
 * @property {Side} beside
 */

/** @param {Conditions} conditions */
export function asExpected(conditions) {
  return Object.entries(AS_EXPECTED).every(([key, value]) => conditions[/** @type {keyof Conditions} */ (key)] === value);
}

/**
 * What is known without asking: the kept and the recommended plan on a day as expected.
 * @param {Draft} draft
 * @param {Conditions} conditions
 * @returns {Pair | null}
 */
export function knownPair({ plan, counters }, conditions) {
  if (!asExpected(conditions)) return null;
  const beside = recommendedSide(plan);
  if (same(counters, plan.recommended)) return { own: beside, left: counters, beside };
  if (!same(counters, plan.counters)) return null;
  const { evaluation, people, shifts } = plan;
  return { own: { counters, evaluation, people, shifts }, left: counters, beside };
}

/**
 * @param {Draft} draft
 * @param {Conditions} conditions
 * @param {Outcome} outcome
 * @returns {Pair}
 */
export function askedPair({ plan, counters }, conditions, outcome) {
  const { evaluation, people, shifts, counters_left: left } = outcome;
  const mended = {
    counters: outcome.repaired,
    evaluation: outcome.repaired_evaluation,
    people: outcome.repaired_people,
    shifts: outcome.repaired_shifts,
  };
  const beside = asExpected(conditions) ? recommendedSide(plan) : mended;
  return { own: { counters: [...counters], evaluation, people, shifts }, left, beside };
}

/**
 * @param {import("./plan_calls.js").ClassPlan} plan
 * @returns {Side}
 */
function recommendedSide(plan) {
  return {
    counters: plan.recommended,
    evaluation: plan.recommended_evaluation,
    people: plan.recommended_people,
    shifts: plan.recommended_shifts,
  };
}
