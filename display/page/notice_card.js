/** A sentence in place of a number: welcome, closed, please wait. */

import { el } from "/screens/shared/dom.js";

/**
 * @param {HTMLElement[]} title  in both languages
 * @param {HTMLElement[]} [words]
 * @param {string} [kind]
 */
export function notice(title, words, kind) {
  return el(
    "div",
    { class: kind ? `hero__notice hero__notice--${kind}` : "hero__notice" },
    el("p", { class: "hero__title" }, title),
    words ? el("p", { class: "hero__words" }, words) : null,
  );
}
