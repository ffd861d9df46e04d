/** The lobby's layouts in small: boxes where the display has its parts. */

import { svg } from "./set_up_drawings.js";

export const LAYOUTS = ["waiting", "calls", "notices", "overview"];

/** What is drawn: "part x y width height" on a screen of 160 by 90. */
/** @type {Record<string, string[]>} */
const PARTS = {
  waiting: ["hero 4 14 94 46", "list 102 14 54 46", ...["4", "43", "82", "121"].map((x) => `wait ${x} 64 35 22`)],
  calls: ["hero 4 14 152 54", "list 4 72 36 14", "list 43 72 36 14", "list 82 72 36 14", "list 121 72 35 14"],
  notices: ["hero 4 14 70 46", "list 4 64 70 22", "notice 78 14 78 72"],
  overview: ["4 14", "56 14", "108 14", "4 52", "56 52", "108 52"].map((corner) => `list ${corner} 48 34`),
  counter: ["hero 4 14 152 72"],
};

/** @param {string} layout */
export function layoutPicture(layout) {
  const picture = svg("svg", { class: "layout", viewBox: "0 0 160 90", "aria-hidden": "true" });
  picture.append(svg("rect", { class: "layout__screen", x: 0, y: 0, width: 160, height: 90, rx: 5 }));
  picture.append(svg("rect", { class: "layout__bar", x: 4, y: 4, width: 60, height: 5, rx: 2 }));
  for (const part of PARTS[layout] ?? []) {
    const [kind, x, y, width, height] = part.split(" ");
    picture.append(svg("rect", { class: `layout__${kind}`, x, y, width, height, rx: 3 }));
    if (kind === "hero") picture.append(number(Number(x) + Number(width) / 2, Number(y) + Number(height) / 2));
  }
  return picture;
}

/**
 * @param {number} x
 * @param {number} y
 */
function number(x, y) {
  return svg("text", { class: "layout__number", x, y, "text-anchor": "middle", "dominant-baseline": "central" }, "A012");
}
