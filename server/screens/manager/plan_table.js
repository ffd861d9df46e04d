/** The numbers behind the picture of a plan. */

import { t } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { money, percent, short } from "./numbers.js";

const COLUMNS = ["time", "arrivals", "counters", "beside", "wait", "long", "waiting", "cost"];

/**
 * @typedef {Object} TableView
 * @property {string[]} times
 * @property {number[]} arrivals  an hour
 * @property {number[]} counters
 * @property {number[]} beside
 * @property {string} besideWords
 * @property {import("./plan_calls.js").Evaluation} evaluation
 * @property {string} currency
 */

/** @param {TableView} view */
export function planTable({ times, arrivals, counters, beside, besideWords, evaluation, currency }) {
  const head = COLUMNS.map((key) =>
    el("th", { scope: "col" }, key === "beside" ? besideWords : t(`manager.plan.table.${key}`)),
  );
  const rows = evaluation.slots.map((slot, at) =>
    el(
      "tr",
      null,
      el("th", { scope: "row" }, `${times[at]}–${times[at + 1]}`),
      [
        short(arrivals[at]),
        counters[at],
        beside[at],
        slot.keeps_up ? short(slot.wait_min) : t("manager.plan.table.grows", { n: short(slot.wait_min) }),
        percent(slot.long_wait),
        short(slot.waiting),
        money(slot.staff_cost + slot.waiting_cost, currency),
      ].map((value) => el("td", null, value)),
    ),
  );
  return el("table", { class: "plan__table" }, el("thead", null, el("tr", null, head)), el("tbody", null, rows));
}
