/** How sure the advisor said it was, against how often it was right; the diagonal is where the two agree. */

import { t } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { percent } from "./numbers.js";

/** @typedef {import("./record_calls.js").Stated} Stated */

const SVG = "http://www.w3.org/2000/svg";
const SIZE = 260;
const EDGE = { left: 40, bottom: 34, top: 8, right: 10 };
const TICKS = [0, 0.2, 0.4, 0.6, 0.8, 1];

/** @param {Stated[]} rows */
export function confidencePicture(rows) {
  const width = EDGE.left + SIZE + EDGE.right;
  const height = EDGE.top + SIZE + EDGE.bottom;
  const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, class: "calibration", role: "img" });
  svg.setAttribute("aria-label", t("manager.record.confidence_picture"));
  const parts = [...TICKS.flatMap(axis), diagonal(), ...titles(height), ...rows.flatMap(point)];
  parts.forEach((part) => svg.appendChild(part));
  return svg;
}

/** @param {Stated[]} rows */
export function confidenceTable(rows) {
  const head = ["stated", "found", "range", "n"].map((key) => el("th", { scope: "col" }, t(`manager.record.${key}`)));
  const body = rows.map((row) =>
    el(
      "tr",
      null,
      el("th", { scope: "row" }, `${Math.round(row.low * 100)}–${percent(row.high)}`),
      el("td", null, percent(row.right / row.n)),
      el("td", null, `${Math.round(row.from * 100)}–${percent(row.to)}`),
      el("td", null, t("manager.record.of", { n: row.right, of: row.n })),
    ),
  );
  return el("table", { class: "record__table" }, el("thead", null, el("tr", null, head)), el("tbody", null, body));
}

/** @param {number} share */
function across(share) {
  return EDGE.left + share * SIZE;
}

/** @param {number} share */
function up(share) {
  return EDGE.top + (1 - share) * SIZE;
}

/** @param {number} share */
function axis(share) {
  const below = { x: across(share), y: up(0) + 16, "text-anchor": "middle" };
  const beside = { x: EDGE.left - 6, y: up(share) + 4, "text-anchor": "end" };
  return [
    shape("line", { x1: across(0), x2: across(1), y1: up(share), y2: up(share), class: "calibration__grid" }),
    words(below, String(Math.round(share * 100))),
    words(beside, String(Math.round(share * 100))),
  ];
}

function diagonal() {
  return shape("line", { x1: across(0), y1: up(0), x2: across(1), y2: up(1), class: "calibration__ideal" });
}

/** @param {number} height */
function titles(height) {
  const below = { x: across(0.5), y: height - 2, "text-anchor": "middle" };
  const beside = { x: 0, y: 0, transform: `translate(10 ${up(0.5)}) rotate(-90)`, "text-anchor": "middle" };
  return [words(below, t("manager.record.axis_stated")), words(beside, t("manager.record.axis_found"))];
}

/** @param {Stated} row */
function point(row) {
  const x = across(row.stated);
  const found = row.right / row.n;
  const told = { stated: percent(row.stated), found: percent(found), n: row.n };
  const dot = shape("circle", { cx: x, cy: up(found), r: 4 + Math.min(5, Math.sqrt(row.n)), class: "calibration__point" });
  const title = document.createElementNS(SVG, "title");
  title.textContent = t("manager.record.point", told);
  dot.appendChild(title);
  return [shape("line", { x1: x, x2: x, y1: up(row.from), y2: up(row.to), class: "calibration__range" }), dot];
}

/**
 * @param {Record<string, any>} attributes
 * @param {string} text
 */
function words(attributes, text) {
  const found = shape("text", attributes);
  found.textContent = text;
  return found;
}

/**
 * @param {string} name
 * @param {Record<string, any>} attributes
 */
function shape(name, attributes) {
  const found = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => found.setAttribute(key, String(value)));
  return found;
}
