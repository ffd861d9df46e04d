/** The day so far: four charts over one time, and for each the table of the same numbers. */

import { t } from "../shared/boot.js";
import { clockTime } from "../shared/clock.js";
import { el, fill, say } from "../shared/dom.js";
import { classWords } from "./advice_words.js";
import { MEASURES, seriesOf } from "./day_series.js";
import { FlipCard } from "./flip_card.js";
import { LineChart } from "./line_chart.js";
import { seriesTable, valueWords } from "./series_table.js";

/** @typedef {import("./figures.js").Figures} Figures */
/** @typedef {import("./day_series.js").DaySeries} DaySeries */
/** @typedef {import("./day_series.js").Measure} Measure */

export class DayCharts {
  /** @param {string} timeZone */
  constructor(timeZone) {
    this._title = el("h2", { class: "charts__title" });
    this._legend = el("p", { class: "charts__legend" });
    this._charts = MEASURES.map((measure) => new ChartCard(measure, timeZone));
    const grid = el("div", { class: "charts__grid" }, this._charts.map((chart) => chart.element));
    const head = el("header", { class: "charts__head" }, this._title, this._legend);
    this.element = el("section", { class: "charts" }, head, grid);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", () => this._charts.forEach((chart) => chart.forget()));
  }

  /** @param {string[]} classes */
  translate(classes) {
    say(this._title, t("manager.charts.title"));
    fill(this._legend, classes.map((key) => el("span", { "data-class": key }, el("i", null), classWords(key))));
    this._charts.forEach((chart) => chart.translate());
  }

  /** @param {Figures} figures */
  draw(figures) {
    this._charts.forEach((chart) => chart.draw(figures));
  }
}

class ChartCard {
  /**
   * @param {Measure} measure
   * @param {string} timeZone
   */
  constructor(measure, timeZone) {
    this._measure = measure;
    this._timeZone = timeZone;
    /** @type {DaySeries | null} */
    this._series = null;
    this._card = new FlipCard(() => this._show());
    this.element = this._card.element;
    this.element.classList.add("panel");
    this._chart = new LineChart(this._card.drawing, measure, timeZone, (at) => this._point(at));
  }

  translate() {
    this._card.translate(t(`manager.charts.${this._measure}`));
    this._show();
  }

  /** @param {Figures} figures */
  draw(figures) {
    this._series = seriesOf(figures, this._measure);
    this._show();
  }

  forget() {
    this._chart.forget();
    this._show();
  }

  _show() {
    const { _series: series, _card: card } = this;
    if (!series) return;
    if (card.showsTable) card.fillTable(seriesTable(series, this._measure, this._timeZone));
    else this._chart.draw(series);
  }

  /** @param {number | null} at */
  _point(at) {
    const { _series: series } = this;
    const shows = series && at !== null && at < series.times.length;
    fill(this._card.note, shows ? pointedAt(series, at, this._measure, this._timeZone) : []);
  }
}

/**
 * @param {DaySeries} series
 * @param {number} at
 * @param {Measure} measure
 * @param {string} timeZone
 */
function pointedAt(series, at, measure, timeZone) {
  const values = Object.entries(series.values).map(([key, all]) =>
    el("span", { "data-class": key }, valueWords(all[at], measure)),
  );
  return [el("time", null, clockTime(series.times[at] * 1000, timeZone)), ...values];
}
