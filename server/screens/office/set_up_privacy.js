/** Privacy: how long a name, a telephone number or a card is kept. */

import { t } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { room } from "./set_up_fields.js";
import { block } from "./set_up_page_parts.js";
import { sentence } from "./set_up_sentence.js";

/** @typedef {import("./set_up_desk.js").Desk} Desk */

const USUAL_DAYS = 7;

/** @param {Desk} desk */
export function privacy(desk) {
  const days = desk.at("privacy.keep_days") ?? 0;
  const keep = (/** @type {number} */ kept) => () =>
    desk.draft.edit(
      (document) => void (document.privacy = { ...document.privacy, keep_days: kept }),
      kept ? "privacy.keep_days" : undefined,
    );
  return [
    block("privacy", t("office.set_up.privacy.about"), [
      el(
        "div",
        { class: "choices choices--wide", role: "radiogroup", "aria-labelledby": "block-privacy" },
        choice(desk, "today", days === 0, keep(0), [el("b", null, t("office.set_up.privacy.today")), note("today")]),
        choice(desk, "longer", days !== 0, keep(USUAL_DAYS), [
          el("b", null, t("office.set_up.privacy.longer")),
          note("longer"),
        ]),
      ),
      days === 0
        ? room("privacy.keep_days")
        : sentence(desk, "office.set_up.privacy.days", { days: { path: "privacy.keep_days", min: 1, max: 3650 } }),
    ]),
  ];
}

/** @param {string} key */
function note(key) {
  return el("span", { class: "choice__about" }, t(`office.set_up.privacy.${key}_note`));
}

/**
 * @param {Desk} desk
 * @param {string} key
 * @param {boolean} on
 * @param {() => void} choose
 * @param {(HTMLElement | string)[]} face
 */
function choice(desk, key, on, choose, face) {
  const input = el("input", { type: "radio", name: "privacy", "data-key": `privacy.${key}`, disabled: !desk.mayChange });
  input.checked = on;
  input.onchange = choose;
  return el("label", { class: "choice" }, input, el("span", { class: "choice__face" }, face));
}
