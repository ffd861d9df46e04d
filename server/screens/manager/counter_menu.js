/** What a manager may do to a counter from the floor. */

import { may, t } from "../shared/boot.js";
import { pick } from "../staff/pick.js";

/** @typedef {import("../shared/types.js").Counter} Counter */
/** @typedef {{path: string, body: Record<string, any>}} Sending */

/**
 * @param {Counter} counter
 * @returns {Promise<Sending | null>}
 */
export async function chooseFor(counter) {
  const { number: n, staff_name: staff } = counter;
  const choices = wishes(counter).map((wish) => ({ value: wish, label: t(`manager.menu.${wish}`) }));
  const title = staff ? t("manager.menu.title_held", { n, staff }) : t("manager.menu.title", { n });
  const wish = await pick(title, choices, t("manager.pick_hint"));
  return wish && sending(counter, wish);
}

/** @typedef {"pause" | "close" | "take_over" | "open" | "reopen"} Wish */

/**
 * What whoever is here may do to it; nothing for who only looks.
 * @param {Counter} counter
 * @returns {Wish[]}
 */
export function wishes(counter) {
  return fitting(counter).filter((wish) => may(wish === "pause" || wish === "close" ? wish : "open"));
}

/**
 * @param {Counter} counter
 * @returns {Wish[]}
 */
function fitting(counter) {
  if (counter.status === "closed") return ["open"];
  const machine = counter.counter_class === "self_service";
  if (counter.status === "paused") return machine ? ["reopen", "close"] : ["take_over", "close"];
  return machine ? ["pause", "close"] : ["pause", "close", "take_over"];
}

/**
 * @param {Counter} counter
 * @param {Wish} wish
 * @returns {Sending}
 */
function sending(counter, wish) {
  const path = `counters/${encodeURIComponent(counter.id)}`;
  if (wish === "pause") return { path: `${path}/pause`, body: { reason: "manager" } };
  if (wish === "close") return { path: `${path}/close`, body: {} };
  return { path: `${path}/open`, body: { take_over: wish !== "open" } };
}
