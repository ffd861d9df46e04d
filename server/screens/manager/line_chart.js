/** One measure against the time of day, a line for each class of counters. */

import uPlot from "/screens/vendor/uPlot.esm.js";
import { coloursOf, fromZero, timeAxis, valueAxis } from "./chart_axes.js";

/** @typedef {import("./day_series.js").DaySeries} DaySeries */

const HEIGHT = 190;
/** Levels stay until they change; rates and waits go from one value to the next. */
const STEPPED = new Set(["open", "waiting"]);

export class LineChart {
  /**
   * @param {HTMLElement} place
   * @param {import("./day_series.js").Measure} measure
   * @param {string} timeZone
   * @param {(at: number | null) => void} pointed  the pointer is at this row of the series
   */
  constructor(place, measure, timeZone, pointed) {
    this._place = place;
    this._measure = measure;
    this._timeZone = timeZone;
    this._pointed = pointed;
    /** @type {uPlot | null} */
    this._plot = null;
    this._keys = "";
    new ResizeObserver(() => this._fit()).observe(place);
  }

  /** @param {DaySeries} series */
  draw(series) {
    const keys = Object.keys(series.values);
    const data = /** @type {uPlot.AlignedData} */ ([series.times, ...keys.map((key) => series.values[key])]);
    if (this._plot && this._keys === keys.join()) {
      this._plot.setData(data);
      return;
    }
    this._plot?.destroy();
    this._keys = keys.join();
    this._plot = new uPlot(this._options(keys), data, this._place);
  }

  /** The colours belong to the page's theme: after a change of it the chart is made anew. */
  forget() {
    this._plot?.destroy();
    this._plot = null;
  }

  _fit() {
    const width = this._place.clientWidth;
    if (this._plot && width > 0) this._plot.setSize({ width, height: HEIGHT });
  }

  /**
   * @param {string[]} keys
   * @returns {uPlot.Options}
   */
  _options(keys) {
    const colour = coloursOf(this._place);
    return {
      width: Math.max(200, this._place.clientWidth),
      height: HEIGHT,
      padding: [8, 24, 0, 0],
      legend: { show: false },
      cursor: { y: false, sync: { key: "day" }, points: { size: 7 } },
      hooks: { setCursor: [(plot) => this._pointed(plot.cursor.idx ?? null)] },
      scales: { x: { time: true }, y: { range: fromZero } },
      axes: [timeAxis(colour, this._timeZone), valueAxis(colour)],
      series: [{}, ...keys.map((key) => this._line(key, colour))],
    };
  }

  /**
   * @param {string} key
   * @param {import("./chart_axes.js").Colour} colour
   * @returns {uPlot.Series}
   */
  _line(key, colour) {
    const stepped = STEPPED.has(this._measure) ? uPlot.paths.stepped?.({ align: 1 }) : undefined;
    const stroke = colour(`--${key.replace("_", "-")}`);
    return { stroke, width: 2, spanGaps: true, points: { show: false }, paths: stepped };
  }
}
