/** From when to when the doors are open, to be typed. */

import { t } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { timeInput } from "./set_up_fields.js";

/** @typedef {import("./set_up_desk.js").Desk} Desk */

/**
 * @param {Desk} desk
 * @param {string} path
 * @param {string} day  in words
 */
export function spanInputs(desk, path, day) {
  const [from, to] = ["opens", "closes"].map((end) => {
    const label = [day, t(`office.set_up.hours.${end}`)].filter(Boolean).join(", ");
    return timeInput(desk, `${path}.${end}`, { "aria-label": label });
  });
  return el("span", { class: "span-of-time" }, from, el("span", null, "–"), to);
}
