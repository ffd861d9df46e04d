/** Which counter accepted advice asks for: the one it names, and after it the next, until as many are open. */

/** @typedef {import("../shared/hall_state.js").HallState} HallState */
/** @typedef {import("../shared/types.js").Advice} Advice */
/** @typedef {import("../shared/types.js").Counter} Counter */

/**
 * @param {HallState} hall
 * @param {Advice} advice
 * @returns {Counter | null} null once the advice has been followed, and where no counter is to open or close
 */
export function askedCounter(hall, advice) {
  if (advice.action !== "open" && advice.action !== "close") return null;
  const opening = advice.action === "open";
  const mine = [...hall.counters.values()].filter((counter) => counter.counter_class === advice.counter_class);
  const open = mine.filter((counter) => counter.status === "open");
  if (opening ? open.length >= advice.advised : open.length <= advice.advised) return null;
  const candidates = opening ? mine.filter((counter) => counter.status !== "open") : open;
  const named = candidates.find((counter) => counter.id === advice.counter_id);
  candidates.sort((a, b) => (opening ? a.number - b.number : b.number - a.number));
  return named ?? candidates[0] ?? null;
}
