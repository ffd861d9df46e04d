/** The drawings of the set-up page's own: one stroke, in the colour of the words beside them. */

const SHAPES = {
  up: "M12 19V6M6 12l6-6 6 6",
  down: "M12 5v13M6 12l6 6 6-6",
  handle: "M9 6v.01M15 6v.01M9 12v.01M15 12v.01M9 18v.01M15 18v.01",
  remove: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  undo: "M8 5L4 9l4 4M4 9h10a5.5 5.5 0 0 1 0 11h-3",
  redo: "M16 5l4 4-4 4M20 9H10a5.5 5.5 0 0 0 0 11h3",
  hours: "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M12 7v5l3.5 2",
  services: "M5 5h14v4H5zM5 12h14v4H5zM5 19h9",
  queues: "M4 6h3M4 12h3M4 18h3M11 6h9M11 12h9M11 18h9",
  counters: "M3 20V10h18v10M3 14h18M8 6a2 2 0 1 0 .01 0M16 6a2 2 0 1 0 .01 0",
  customers: "M9 5a3 3 0 1 0 .01 0M3.5 20c0-4 2.5-6 5.5-6s5.5 2 5.5 6M16 6.5a2.5 2.5 0 1 1 0 5M17 14.5c2.5.5 4 2.500 4 5.500",
  costs: "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M8.500 8l3.500 4.500L15.500 8M12 12.500V17M9 13h6M9 15.500h6",
  lobby: "M3 5h18v11H3zM9 20h6M12 16v4",
  privacy: "M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3",
  versions: "M4 12a8 8 0 1 0 2.500-5.800M4 4v4h4M12 8v4l3 2",
  files: "M12 4v10M8 10l4 4 4-4M4 16v4h16v-4",
};

/** @typedef {keyof typeof SHAPES} Drawing */

const SPACE = "http://www.w3.org/2000/svg";

/**
 * @param {Drawing} shape
 * @returns {SVGSVGElement}
 */
export function drawing(shape) {
  return svg("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { d: SHAPES[shape] }));
}

/**
 * An element of a picture.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number>} attributes
 * @param {...(Node | string)} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SPACE, tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}
