/** The forecast of one measure: the past as it was, two futures as lines, each in the band that chance leaves it. */

import uPlot from "/screens/vendor/uPlot.esm.js";
import { t } from "../shared/boot.js";
import { coloursOf, timeAxis, valueAxis } from "./chart_axes.js";

/** @typedef {import("./forecast_series.js").ForecastSeries} ForecastSeries */
/** @typedef {import("./chart_axes.js").Colour} Colour */

// A scale in steps: one that followed every new figure would never stand still.
const TOPS = [5, 10, 15, 20, 30, 40, 60, 80, 120, 180, 240];
const DASHES = [6, 4];
const FAINT = "4d"; // the last two digits of a colour: how much of it is to be seen

export class ForecastChart {
  /**
   * @param {HTMLElement} place
   * @param {string} timeZone
   * @param {(at: number | null) => void} pointed
   */
  constructor(place, timeZone, pointed) {
    this._place = place;
    this._timeZone = timeZone;
    this._pointed = pointed;
    /** @type {uPlot | null} */
    this._plot = null;
    this._drawn = "";
    this._now = 0;
    new ResizeObserver(() => this._fit()).observe(place);
  }

  /**
   * @param {ForecastSeries} series
   * @param {string} key  the class, whose colour the change has
   */
  draw(series, key) {
    const { times, past, stay, change } = series;
    const none = times.map(() => null);
    const other = change ?? { mean: none, low: none, high: none };
    const rows = [times, past, stay.high, stay.low, other.high, other.low, stay.mean, other.mean];
    const data = /** @type {uPlot.AlignedData} */ (rows);
    this._now = series.now;
    if (this._plot && this._drawn === key) {
      this._plot.setData(data);
      return;
    }
    this.forget();
    this._drawn = key;
    this._plot = new uPlot(this._options(), data, this._place);
  }

  /** The colours belong to the class and to the page's theme: after a change of them the chart is made anew. */
  forget() {
    this._plot?.destroy();
    this._plot = null;
  }

  _fit() {
    const { clientWidth: width, clientHeight: height } = this._place;
    if (this._plot && width > 0) this._plot.setSize({ width, height });
  }

  /** @returns {uPlot.Options} */
  _options() {
    const colour = coloursOf(this._place);
    return {
      width: Math.max(160, this._place.clientWidth),
      height: this._place.clientHeight,
      padding: [8, 18, 0, 0],
      legend: { show: false },
      cursor: { y: false, sync: { key: "ahead" }, points: { show: false } },
      hooks: { setCursor: [(plot) => this._pointed(plot.cursor.idx ?? null)], drawAxes: [(plot) => this._line(plot)] },
      scales: { x: { time: true }, y: { range: steady } },
      axes: [timeAxis(colour, this._timeZone), valueAxis(colour)],
      series: [{}, ...lines(colour)],
      bands: [
        { series: [2, 3], fill: hatched(colour("--ink-3")) },
        { series: [4, 5], fill: colour("--accent") + FAINT },
      ],
    };
  }

  /**
   * Left of it is what was, right of it what may be.
   * @param {uPlot} plot
   */
  _line({ ctx, bbox, valToPos }) {
    const at = Math.round(valToPos(this._now, "x", true));
    const colour = coloursOf(this._place);
    ctx.save();
    ctx.strokeStyle = colour("--line-strong");
    ctx.lineWidth = devicePixelRatio;
    ctx.beginPath();
    ctx.moveTo(at, bbox.top);
    ctx.lineTo(at, bbox.top + bbox.height);
    ctx.stroke();
    ctx.fillStyle = colour("--ink-3");
    ctx.font = `${12 * devicePixelRatio}px ${colour("font-family")}`;
    ctx.textAlign = "left";
    ctx.textBaseline = "top";
    ctx.fillText(t("manager.costs.now"), at + 5 * devicePixelRatio, bbox.top);
    ctx.restore();
  }
}

/**
 * The past and "as it is" in ink, the change in the colour of its class; dashes tell the two futures apart for those
 * who see no colours.
 * @param {Colour} colour
 * @returns {uPlot.Series[]}
 */
function lines(colour) {
  const [ink, accent] = [colour("--ink-2"), colour("--accent")];
  const points = { show: false };
  const edge = { width: 0, points };
  return [
    { stroke: ink, width: 2, points, spanGaps: true },
    { ...edge, stroke: ink },
    { ...edge, stroke: ink },
    { ...edge, stroke: accent },
    { ...edge, stroke: accent },
    { stroke: ink, width: 2, dash: DASHES, points },
    { stroke: accent, width: 3, points },
  ];
}

/** @param {string} ink */
function hatched(ink) {
  const tile = document.createElement("canvas");
  const side = 6 * devicePixelRatio;
  tile.width = tile.height = side;
  const context = tile.getContext("2d");
  if (!context) return ink + FAINT;
  context.strokeStyle = ink;
  context.globalAlpha = 0.4;
  context.lineWidth = devicePixelRatio;
  for (const shift of [-side, 0, side]) {
    context.moveTo(shift, side);
    context.lineTo(shift + side, 0);
  }
  context.stroke();
  return context.createPattern(tile, "repeat") ?? ink + FAINT;
}

/**
 * @param {uPlot} _plot
 * @param {number} _low
 * @param {number | null} high
 * @returns {uPlot.Range.MinMax}
 */
function steady(_plot, _low, high) {
  const most = high ?? 0;
  return [0, TOPS.find((top) => top >= most) ?? Math.ceil(most / 60) * 60];
}
