/** Putting rows into another order: by the keys beside each, or by dragging it. */

import { t } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { rowKey } from "./set_up_fields.js";
import { drawing } from "./set_up_drawings.js";

/** @typedef {import("./set_up_desk.js").Desk} Desk */

/**
 * Moves an item of a list; nothing happens beyond its ends.
 * @param {any[]} list
 * @param {number} from
 * @param {number} to
 */
export function move(list, from, to) {
  if (to < 0 || to >= list.length) return;
  const [item] = list.splice(from, 1);
  list.splice(to, 0, item);
}

/**
 * The two keys of a row.
 * @param {Desk} desk
 * @param {string} path  of the list
 * @param {number} n  which row
 * @param {string} name  of what is moved
 */
export function orderKeys(desk, path, n, name) {
  const { length } = desk.at(path);
  const step = (/** @type {number} */ by, /** @type {"up" | "down"} */ way) =>
    rowKey(
      desk,
      `${path}.${n}.${way}`,
      drawing(way),
      t(`office.set_up.${way}`, { name }),
      () => desk.draft.edit(() => move(desk.at(path), n, n + by), landing(path, n + by, length, way)),
      n + by >= 0 && n + by < length,
    );
  return el("span", { class: "order-keys" }, step(-1, "up"), step(1, "down"));
}

/**
 * At the end of the list its key rests: the other one then has the focus.
 * @param {string} path
 * @param {number} to
 * @param {number} length
 * @param {"up" | "down"} way
 */
function landing(path, to, length, way) {
  const end = way === "up" ? to === 0 : to === length - 1;
  return `${path}.${to}.${end ? (way === "up" ? "down" : "up") : way}`;
}

/**
 * Makes a row one that can be dragged by its handle, and dropped on.
 * @param {Desk} desk
 * @param {string} path
 * @param {number} n
 * @param {HTMLElement} row
 */
export function draggable(desk, path, n, row) {
  const handle = el("span", { class: "handle", "aria-hidden": "true" }, drawing("handle"));
  if (!desk.mayChange) return handle;
  handle.draggable = true;
  handle.ondragstart = (event) => {
    event.dataTransfer?.setData(`text/${path}`, String(n));
    event.dataTransfer?.setDragImage(row, 0, 0);
    row.dataset.dragged = "true";
  };
  handle.ondragend = () => delete row.dataset.dragged;
  const mine = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes(`text/${path}`);
  row.ondragover = (event) => {
    if (!mine(event)) return;
    event.preventDefault();
    row.dataset.dropping = "true";
  };
  row.ondragleave = () => delete row.dataset.dropping;
  row.ondrop = (event) => {
    if (!mine(event)) return;
    event.preventDefault();
    const from = Number(event.dataTransfer?.getData(`text/${path}`));
    delete row.dataset.dropping;
    desk.draft.edit(() => move(desk.at(path), from, n));
  };
  return handle;
}
