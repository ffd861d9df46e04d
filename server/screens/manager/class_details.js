/** The technical figures of a class, one click away: every number of counters, and the measurements behind them. */

import { name, t } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { classWords } from "./advice_words.js";
import { costCurve } from "./cost_curve.js";
import { costTable } from "./cost_table.js";
import { short } from "./numbers.js";
import { together } from "./sentences.js";
import { targetFigure } from "./target_line.js";

/** @typedef {import("./figures.js").Reckoning} Reckoning */

/**
 * @param {string} key
 * @param {Reckoning} reckoning
 * @param {import("./figures.js").Ahead | null} ahead
 * @param {import("../shared/types.js").Branch} branch
 */
export function showDetails(key, reckoning, ahead, branch) {
  const policy = branch.policies?.[key];
  const { table, rates, optimum } = reckoning;
  const marks = { now: rates.open_counters, advised: ahead?.advised ?? null, supposed: null, best: optimum };
  const view = { ...marks, table, currency: branch.currency };
  const close = el("button", { class: "button", type: "button" }, t("manager.close_box"));
  const dialog = el(
    "dialog",
    { class: "pick details", "data-class": key, "aria-label": classWords(key) },
    el("h2", { class: "pick__title" }, t("manager.details_of", { kind: classWords(key) })),
    policy ? el("div", { class: "details__costs" }, costCurve({ ...view, policy }), costTable({ ...view, policy })) : null,
    el("dl", { class: "details__list" }, technical(reckoning, policy, branch.currency)),
    el("p", { class: "details__note" }, noteWords(ahead)),
    rates.target ? el("p", { class: "details__note" }, t("manager.target.meaning")) : null,
    close,
  );
  close.onclick = () => dialog.close();
  dialog.onclick = (event) => event.target === dialog && dialog.close();
  dialog.onclose = () => dialog.remove();
  document.body.append(dialog);
  dialog.showModal();
}

/**
 * @param {Reckoning} reckoning
 * @param {import("../shared/types.js").ClassPolicy | undefined} policy
 * @param {string} currency
 */
function technical({ rates, table }, policy, currency) {
  const row = table[rates.open_counters - 1];
  const three = (/** @type {number} */ value) => value.toPrecision(3);
  const between = (/** @type {number} */ low, /** @type {number} */ high) => `${three(low)} – ${three(high)}`;
  const arrivals = between(rates.arrivals_per_min_low, rates.arrivals_per_min_high);
  const services = between(rates.services_per_min_low, rates.services_per_min_high);
  const spread = t(rates.cv2_n < 30 ? "manager.tech.cv2_few" : "manager.rates.n", { n: rates.cv2_n });
  const costs = policy && `${currency}${policy.counter_cost} · ${currency}${policy.waiting_cost}`;
  return [
    item("lambda", t("manager.tech.per_min", { n: three(rates.arrivals_per_min) }), arrivals),
    item("mu", t("manager.tech.per_min", { n: three(rates.services_per_min) }), services),
    item("rho", row ? three(row.rho) : "–", t("manager.tech.open", { n: rates.open_counters })),
    item("cv2", rates.cv2 === null ? "–" : three(rates.cv2), spread),
    item("no_shows", String(rates.no_shows), ""),
    item("target", ...targetFigure(rates.target)),
    costs ? item("costs", costs, t("manager.tech.costs_meaning")) : null,
    row ? item("queue", short(row.waiting), "") : null,
  ];
}

/**
 * @param {string} key
 * @param {string} value
 * @param {import("../shared/dom.js").Child} below
 */
function item(key, value, below) {
  return el(
    "div",
    { class: "details__item" },
    el("dt", null, t(`manager.tech.${key}`)),
    el("dd", null, value),
    el("dd", { class: "rate__range" }, below),
  );
}

/**
 * Which model the waits come from, and why that one.
 * @param {import("./figures.js").Ahead | null} ahead
 */
function noteWords(ahead) {
  return together(name(ahead?.rung?.words) || t("manager.tech.model"), t("manager.tech.note"));
}
