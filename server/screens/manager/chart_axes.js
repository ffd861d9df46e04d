/** What all charts against time have in common: their axes, their colours, and a scale that begins at zero. */

import { clockTime } from "../shared/clock.js";

/** @typedef {(name: string) => string} Colour  the value of a property of the page's theme */

/**
 * @param {HTMLElement} element
 * @returns {Colour}
 */
export function coloursOf(element) {
  const style = getComputedStyle(element);
  return (name) => style.getPropertyValue(name).trim();
}

/**
 * @param {Colour} colour
 * @param {string} timeZone
 * @returns {uPlot.Axis}
 */
export function timeAxis(colour, timeZone) {
  const values = (/** @type {uPlot} */ _plot, /** @type {number[]} */ splits) =>
    splits.map((seconds) => clockTime(seconds * 1000, timeZone));
  return { ...axis(colour), grid: { show: false }, size: 28, space: 64, values };
}

/**
 * @param {Colour} colour
 * @returns {uPlot.Axis}
 */
export function valueAxis(colour) {
  const grid = { stroke: colour("--line"), width: 1 };
  return { ...axis(colour), grid, size: 36, space: 36, incrs: [1, 2, 5, 10, 20, 50, 100, 200] };
}

/**
 * @param {Colour} colour
 * @returns {uPlot.Axis}
 */
function axis(colour) {
  return { stroke: colour("--ink-3"), font: `12px ${colour("font-family")}`, ticks: { show: false } };
}

/**
 * A scale that always has zero in it: half a screen of nothing between 11 and 12 looks like a rush.
 * @param {uPlot} _plot
 * @param {number} _low
 * @param {number | null} high
 * @returns {uPlot.Range.MinMax}
 */
export function fromZero(_plot, _low, high) {
  return [0, Math.max(4, Math.ceil((high ?? 0) * 1.1))];
}
