/** One measure's forecast with its legend, and the table of the same numbers. */

import { t } from "../shared/boot.js";
import { clockTime } from "../shared/clock.js";
import { el, fill } from "../shared/dom.js";
import { FlipCard } from "./flip_card.js";
import { ForecastChart } from "./forecast_chart.js";
import { forecastOf } from "./forecast_series.js";
import { short } from "./numbers.js";

/** @typedef {import("./forecast_series.js").Foreseen} Foreseen */
/** @typedef {import("./forecast_series.js").ForecastSeries} ForecastSeries */
/** @typedef {import("./forecast_series.js").Band} Band */

/** @typedef {{key: string, slots: import("./figures.js").Slot[], ahead: import("./figures.js").Ahead}} Sight */

export class ForecastCard {
  /**
   * @param {Foreseen} measure
   * @param {string} timeZone
   */
  constructor(measure, timeZone) {
    this._measure = measure;
    this._timeZone = timeZone;
    /** @type {Sight | null} */
    this._sight = null;
    /** @type {ForecastSeries | null} */
    this._series = null;
    /** @type {number | null} */
    this._at = null;
    this._card = new FlipCard(() => this._show());
    this.element = this._card.element;
    this._chart = new ForecastChart(this._card.drawing, timeZone, (at) => this._point(at));
  }

  translate() {
    this._card.translate(t(`manager.ahead.${this._measure}`));
    this._show();
    this._point(this._at);
  }

  /** @param {Sight | null} sight  null: nothing can be foreseen */
  draw(sight) {
    this._sight = sight;
    this._series = sight && forecastOf(sight.slots, sight.ahead, this._measure);
    this._show();
    this._point(this._at);
  }

  forget() {
    this._chart.forget();
    this._show();
  }

  _show() {
    const { _series: series, _sight: sight, _card: card } = this;
    card.blank(series ? null : t("manager.ahead.unknown"));
    if (!series || !sight) return;
    if (card.showsTable) card.fillTable(this._table(series, sight));
    else this._chart.draw(series, sight.key);
  }

  /** @param {number | null} at  of the row pointed at; null: what the lines mean */
  _point(at) {
    this._at = at;
    const { _series: series, _sight: sight } = this;
    const pointed = series && at !== null && at < series.times.length;
    const meaning = sight && series ? legend(sight.ahead) : [];
    fill(this._card.note, pointed ? pointedAt(series, at, this._timeZone) : meaning);
  }

  /**
   * @param {ForecastSeries} series
   * @param {Sight} sight
   */
  _table({ times, now, stay, change }, { ahead }) {
    const heads = [t("manager.charts.time"), ...names(ahead)].map((words) => el("th", { scope: "col" }, words));
    const rows = times.flatMap((time, at) => {
      if (time <= now) return [];
      const head = el("th", { scope: "row" }, clockTime(time * 1000, this._timeZone));
      const cells = [stay, change].map((band) => band && el("td", null, between(band, at)));
      return [el("tr", null, head, cells)];
    });
    return el("table", null, el("thead", null, el("tr", null, heads)), el("tbody", null, rows));
  }
}

/** @param {import("./figures.js").Ahead} ahead */
function names({ open_now: open, compared }) {
  const stay = t("manager.ahead.stay", { n: open });
  return compared === null ? [stay] : [stay, t("manager.ahead.change", { n: compared })];
}

/** @param {import("./figures.js").Ahead} ahead */
function legend(ahead) {
  return names(ahead).map((words, at) => {
    return el("span", { class: "ahead__line", "data-line": at ? "change" : "stay" }, el("i", null), words);
  });
}

/**
 * @param {ForecastSeries} series
 * @param {number} at
 * @param {string} timeZone
 */
function pointedAt({ times, now, past, stay, change }, at, timeZone) {
  const time = el("time", null, clockTime(times[at] * 1000, timeZone));
  if (times[at] <= now) return [time, el("span", { class: "ahead__line", "data-line": "past" }, short(past[at]))];
  const lines = /** @type {const} */ ([["stay", stay], ["change", change]]);
  const values = lines.map(([line, band]) => {
    return band && el("span", { class: "ahead__line", "data-line": line }, el("i", null), between(band, at));
  });
  return [time, ...values];
}

/**
 * "6.1 (2.0–11)": with eight of ten the true value lies between.
 * @param {Band} band
 * @param {number} at
 */
function between({ mean, low, high }, at) {
  return `${short(mean[at])} (${short(low[at])}–${short(high[at])})`;
}
