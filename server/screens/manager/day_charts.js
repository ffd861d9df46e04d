/** The day so far: four charts over one time, and for each the table of the same numbers. */

import { t } from "../shared/boot.js";
import { clockTime } from "../shared/clock.js";
import { el, fill, say } from "../shared/dom.js";
import { classWords } from "./advice_words.js";
import { MEASURES, seriesOf } from "./day_series.js";
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
    this._title = el("h3", null);
    this._values = el("p", { class: "chart__values" });
    this._toggle = el("button", { class: "button button--quiet chart__toggle", type: "button" });
    this._toggle.onclick = () => this._turn();
    this._drawing = el("div", { class: "chart__drawing" });
    this._table = el("div", { class: "chart__table", tabindex: 0, hidden: true });
    const head = el("header", { class: "chart__head" }, this._title, this._values, this._toggle);
    this.element = el("article", { class: "chart panel" }, head, this._drawing, this._table);
    this._chart = new LineChart(this._drawing, measure, timeZone, (at) => this._point(at));
  }

  translate() {
    say(this._title, t(`manager.charts.${this._measure}`));
    say(this._toggle, t(this._table.hidden ? "manager.charts.as_table" : "manager.charts.as_chart"));
    if (this._series) this._show(this._series);
  }

  /** @param {Figures} figures */
  draw(figures) {
    this._series = seriesOf(figures, this._measure);
    this._show(this._series);
  }

  forget() {
    this._chart.forget();
    if (this._series) this._show(this._series);
  }

  /** @param {DaySeries} series */
  _show(series) {
    if (this._table.hidden) this._chart.draw(series);
    else fill(this._table, seriesTable(series, this._measure, this._timeZone));
  }

  _turn() {
    this._table.hidden = !this._table.hidden;
    this._drawing.hidden = !this._table.hidden;
    this.translate();
  }

  /** @param {number | null} at */
  _point(at) {
    const { _series: series } = this;
    const shows = series && at !== null && at < series.times.length;
    fill(this._values, shows ? pointedAt(series, at, this._measure, this._timeZone) : []);
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
