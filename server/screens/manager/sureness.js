/** How sure a piece of advice is: in words, as a count out of ten, and as ten marks. */

import { t } from "../shared/boot.js";
import { el } from "../shared/dom.js";

const TEN = 10;
const QUITE_SURE = 0.9;
const FAIRLY_SURE = 0.65;

/** @param {number} share */
export function sureWords(share) {
  if (share >= QUITE_SURE) return t("manager.sure.quite");
  return t(share >= FAIRLY_SURE ? "manager.sure.fairly" : "manager.sure.barely");
}

/**
 * From a day's customers nothing follows for certain: ten out of ten is never said.
 * @param {number} share
 */
export function outOfTen(share) {
  return Math.max(0, Math.min(TEN - 1, Math.round(share * TEN)));
}

/** @param {number} share */
export function sureScale(share) {
  const full = outOfTen(share);
  const marks = Array.from({ length: TEN }, (_, at) => el("i", { "data-full": at < full }));
  return el("span", { class: "sure__scale", "aria-hidden": "true" }, marks);
}
