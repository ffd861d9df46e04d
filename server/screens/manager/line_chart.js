/** One measure against the time of day, a line for each class of counters. */

import uPlot from "/screens/vendor/uPlot.esm.js";
import { clockTime } from "../shared/clock.js";

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
      axes: [this._timeAxis(colour), valueAxis(colour)],
      series: [{}, ...keys.map((key) => this._line(key, colour))],
    };
  }

  /**
   * @param {string} key
   * @param {(name: string) => string} colour
   * @returns {uPlot.Series}
   */
  _line(key, colour) {
    const stepped = STEPPED.has(this._measure) ? uPlot.paths.stepped?.({ align: 1 }) : undefined;
    const stroke = colour(`--${key.replace("_", "-")}`);
    return { stroke, width: 2, spanGaps: true, points: { show: false }, paths: stepped };
  }

  /**
   * @param {(name: string) => string} colour
   * @returns {uPlot.Axis}
   */
  _timeAxis(colour) {
    return {
      ...axis(colour),
      grid: { show: false },
      size: 28,
      space: 64,
      values: (_plot, splits) => splits.map((seconds) => clockTime(seconds * 1000, this._timeZone)),
    };
  }
}

/**
 * @param {(name: string) => string} colour
 * @returns {uPlot.Axis}
 */
function axis(colour) {
  return { stroke: colour("--ink-3"), font: `12px ${colour("font-family")}`, ticks: { show: false } };
}

/**
 * @param {(name: string) => string} colour
 * @returns {uPlot.Axis}
 */
function valueAxis(colour) {
  const grid = { stroke: colour("--line"), width: 1 };
  return { ...axis(colour), grid, size: 36, space: 36, incrs: [1, 2, 5, 10, 20, 50, 100, 200] };
}

/**
 * A scale that always has zero in it: half a screen of nothing between 11 and 12 looks like a rush.
 * @param {uPlot} _plot
 * @param {number} _low
 * @param {number | null} high
 * @returns {uPlot.Range.MinMax}
 */
function fromZero(_plot, _low, high) {
  return [0, Math.max(4, Math.ceil((high ?? 0) * 1.1))];
}

/** @param {HTMLElement} element */
function coloursOf(element) {
  const style = getComputedStyle(element);
  return (/** @type {string} */ name) => style.getPropertyValue(name).trim();
}
