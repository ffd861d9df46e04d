/** The numbers behind a chart, newest first. */

import { t } from "../shared/boot.js";
import { clockTime } from "../shared/clock.js";
import { el } from "../shared/dom.js";
import { classWords } from "./advice_words.js";
import { short } from "./numbers.js";

/**
 * @param {import("./day_series.js").DaySeries} series
 * @param {import("./day_series.js").Measure} measure
 * @param {string} timeZone
 */
export function seriesTable(series, measure, timeZone) {
  const keys = Object.keys(series.values);
  const head = [t("manager.charts.time"), ...keys.map(classWords)].map((words) => el("th", { scope: "col" }, words));
  const rows = series.times.map((time, at) =>
    el(
      "tr",
      null,
      el("th", { scope: "row" }, clockTime(time * 1000, timeZone)),
      keys.map((key) => el("td", null, valueWords(series.values[key][at], measure))),
    ),
  );
  return el("table", null, el("thead", null, el("tr", null, head)), el("tbody", null, rows.reverse()));
}

/**
 * @param {number | null} value
 * @param {import("./day_series.js").Measure} measure
 */
export function valueWords(value, measure) {
  return measure === "wait" || value === null ? short(value) : String(value);
}
