/** The few drawings the screens share: one stroke, the colour and size of the words beside them. */

const SHAPES = {
  forward: "M5 12h14M13 6l6 6-6 6",
  back: "M19 12H5M11 6l-6 6 6 6",
  check: "M4 12.5l5.5 5.5L20 6.5",
  add: "M12 5v14M5 12h14",
  group: "M4 4h6.5v6.5H4zM13.5 4H20v6.5h-6.5zM4 13.5h6.5V20H4zM13.5 13.5H20V20h-6.5z",
  remove: "M6 6l12 12M18 6L6 18",
  language: "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M3 12h18M12 3c5 5 5 13 0 18M12 3c-5 5-5 13 0 18",
  large_type: "M2 19L8 5l6 14M4.2 14h7.6M15 19l3.5-8 3.5 8M16.3 16.2h4.4",
  contrast: "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M12 3v18M12 7h4M12 12h7M12 17h4",
  people: "M12 4a4 4 0 1 0 0 8a4 4 0 1 0 0-8M4.5 21c0-4.5 3.4-6.5 7.5-6.5s7.5 2 7.5 6.5",
  sound_off: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM16 9.5l5 5M21 9.5l-5 5",
  bell: "M6 16.5V11a6 6 0 1 1 12 0v5.5l1.5 2h-15zM10 21.5h4",
  speech: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4 4 0 0 1 0 6M18.3 6.3a8 8 0 0 1 0 11.4",
  alert: "M12 4L2.5 20h19zM12 10v4.5M12 17v.5",
  cash: "M2.5 6.5h19v11h-19zM12 9a3 3 0 1 0 0 6a3 3 0 1 0 0-6M5.5 9.5v.01M18.5 14.5v.01",
  non_cash: "M6 3h8.5L18.5 7v14H6zM14 3v4.5h4.5M9 12h6.5M9 16h6.5",
  vip: "M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1 5.9L12 16.9l-5.2 2.8 1-5.9L3.5 9.7l5.9-.8z",
  sliders: "M4 7h9M19 7h1M4 17h1M11 17h9M16 4.5v5M8 14.5v5",
  staff: "M9 4.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7M2.5 20c0-4 2.9-5.5 6.5-5.5s6.5 1.5 6.5 5.5M16 4.8a3.5 3.5 0 0 1 0 6.4M18 14.9c2.2.7 3.5 2.3 3.5 5.1",
  records: "M8.5 6h12M8.5 12h12M8.5 18h12M3.5 6h.01M3.5 12h.01M3.5 18h.01",
  card: "M2.5 5h19v14h-19zM8 9a2 2 0 1 0 0 4a2 2 0 1 0 0-4M5 16.5c.4-1.4 1.6-2 3-2s2.6.6 3 2M14 10h4.5M14 14h4.5",
  key: "M8 10a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9M11.2 11.3L20 2.5M16 6.5l3.5 3.5",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13M15.5 15.5L21 21",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  save: "M12 3.5v12M6.5 10.5l5.5 5.5 5.5-5.5M4 20.5h16",
  keyboard: "M2.5 6h19v12h-19zM6 9.5h.01M10 9.5h.01M14 9.5h.01M18 9.5h.01M6 13h.01M18 13h.01M9 14.5h6",
  self_service: "M5 3h14v11H5zM8.5 6.5h7M8.5 10h4M8 14v7h8v-7M10.5 17.5h3",
};

/** @typedef {keyof typeof SHAPES} Shape */

/**
 * @param {Shape} shape
 * @returns {SVGSVGElement}
 */
export function icon(shape) {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(space, "path");
  line.setAttribute("d", SHAPES[shape]);
  drawing.appendChild(line);
  return drawing;
}
