/** The plain parts of a section: a block under its heading, and what stands there while there is nothing. */

import { t } from "../shared/boot.js";
import { el } from "../shared/dom.js";

/** @typedef {import("../shared/dom.js").Child} Child */

/**
 * @param {string} key  its heading is office.set_up.block.<key>
 * @param {string | null} about
 * @param {(Child | Child[])[]} content
 */
export function block(key, about, content) {
  return el(
    "section",
    { class: `block block--${key}`, "aria-labelledby": `block-${key}` },
    el("h3", { class: "block__title", id: `block-${key}` }, t(`office.set_up.block.${key}`)),
    about && el("p", { class: "block__about" }, about),
    ...content,
  );
}

/** @param {string} words */
export function nothing(words) {
  return el("p", { class: "nothing" }, words);
}
