/** How many were called within the wait that the branch has set itself, in one line with what the share is of. */

import { boot, language, may, t, tCount } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { percent } from "./numbers.js";

/** @typedef {import("./figures.js").Target} Target */

/** One of three hundred who waited too long is one: 100 % is said only of all. */
const HARDLY_ALL = 0.99;

/**
 * @param {Target | null | undefined} target
 * @param {number} waiting  now: the figures are some seconds old, the hall is not
 */
export function targetLine(target, waiting) {
  if (!target) return [];
  const late = Math.min(target.late, waiting);
  return [
    bar(target.share),
    el("p", { class: "target__words", title: t("manager.target.meaning") }, words(target)),
    late > 0 ? el("p", { class: "target__late" }, tCount("manager.target.late", late)) : null,
  ];
}

/**
 * The same among the technical figures: the share, what it is of, or where a target is set.
 * @param {Target | null | undefined} target
 * @returns {[string, import("../shared/dom.js").Child]} the figure, and what is said below it
 */
export function targetFigure(target) {
  if (!target) return ["–", may("change_set_up") ? setUpLink() : t("manager.target.none")];
  const told = { target: minutes(target), within: target.within, counted: target.counted };
  return [shareWords(target.share), t("manager.target.figure", told)];
}

/** @param {number | null} share */
function bar(share) {
  const filled = el("i", { class: "target__share" });
  filled.style.width = `${(share ?? 0) * 100}%`;
  return el("span", { class: "target__bar", "aria-hidden": "true" }, filled);
}

/** @param {Target} target */
function words(target) {
  const told = { target: minutes(target), within: target.within, counted: target.counted };
  if (target.share === null) return [t("manager.target.nobody", told)];
  return [el("strong", null, shareWords(target.share)), " ", t("manager.target.words", told)];
}

/** @param {number | null} share */
function shareWords(share) {
  return share === null ? "–" : percent(share < 1 ? Math.min(HARDLY_ALL, share) : share);
}

/**
 * "10 min"; "5–10 min" where services differ, or where it was changed today.
 * @param {Target} target
 */
function minutes({ low_min: low, high_min: high }) {
  return t("manager.minutes", { n: low === high ? String(low) : `${low}–${high}` });
}

function setUpLink() {
  const query = new URLSearchParams({ branch: boot.branch_id, lang: language() });
  return el("a", { class: "target__set", href: `/office?${query}#set_up/costs` }, t("manager.target.set"));
}
