/** A call as a sentence: the branch's own where it has one, word for word as the voice says it. */

import { tIn } from "/screens/shared/boot.js";

const PLACE_FIRST = "{place}";

/**
 * @param {string} lang
 * @param {import("/screens/shared/types.js").Branch} branch
 * @param {import("/screens/shared/types.js").Call} call
 * @param {boolean} machine
 */
export function callWords(lang, branch, call, machine) {
  const gaps = { number: call.number, counter: call.counter_number, place: tIn(lang, `display.place.${placeOf(machine)}`) };
  const own = (branch.wording || {})[lang];
  if (!own) return tIn(lang, machine ? "display.call_machine" : "display.call", gaps);
  const filled = own.replace(/\{(number|counter|place)\}/g, (_, gap) => String(gaps[/** @type {keyof typeof gaps} */ (gap)]));
  return own.startsWith(PLACE_FIRST) ? filled.charAt(0).toUpperCase() + filled.slice(1) : filled;
}

/** @param {boolean} machine */
function placeOf(machine) {
  return machine ? "machine" : "counter";
}
