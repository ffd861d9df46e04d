/** The sections by name, in the order in which a manager thinks of them, each with the number of its faults. */

import { t, tCount } from "../shared/boot.js";
import { el, fill } from "../shared/dom.js";
import { drawing } from "./set_up_drawings.js";

/** @typedef {import("./set_up_drawings.js").Drawing} SectionKey */

/** @type {SectionKey[]} */
export const SECTION_KEYS = [
  "hours",
  "services",
  "queues",
  "counters",
  "customers",
  "costs",
  "lobby",
  "privacy",
  "versions",
  "files",
];

export class SectionTabs {
  /** @param {(key: SectionKey) => void} choose */
  constructor(choose) {
    this._choose = choose;
    this._buttons = SECTION_KEYS.map((key) => this._button(key));
    this.element = el("div", { class: "sections", role: "tablist" }, this._buttons);
    /** @type {SectionKey | null} */
    this._revealed = null;
  }

  /**
   * @param {SectionKey} shown
   * @param {Map<string, number>} faults
   */
  draw(shown, faults) {
    this.element.setAttribute("aria-label", t("office.view.set_up"));
    SECTION_KEYS.forEach((key, n) => {
      const button = this._buttons[n];
      const count = faults.get(key) ?? 0;
      const badge = count > 0 && [
        el("span", { class: "sections__faults", "aria-hidden": "true" }, count),
        el("span", { class: "unseen" }, tCount("office.set_up.faults", count)),
      ];
      fill(button, drawing(key), el("span", null, t(`office.set_up.section.${key}`)), badge || null);
      button.setAttribute("aria-selected", String(key === shown));
      button.tabIndex = key === shown ? 0 : -1;
    });
    if (shown !== this._revealed) this._reveal(shown);
  }

  /**
   * On a small screen the row is longer than the page: the shown one is brought into its middle.
   * @param {SectionKey} shown
   */
  _reveal(shown) {
    this._revealed = shown;
    const button = this._buttons[SECTION_KEYS.indexOf(shown)];
    this.element.scrollLeft = button.offsetLeft - (this.element.clientWidth - button.offsetWidth) / 2;
  }

  /** @param {SectionKey} key */
  _button(key) {
    const attributes = { role: "tab", type: "button", id: `section-${key}`, "data-section": key, "aria-controls": "section" };
    const button = el("button", { class: "sections__tab", ...attributes, onclick: () => this._choose(key) });
    button.onkeydown = (event) => this._pressed(event, key);
    return button;
  }

  /**
   * @param {KeyboardEvent} event
   * @param {SectionKey} key
   */
  _pressed(event, key) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = (SECTION_KEYS.indexOf(key) + step + SECTION_KEYS.length) % SECTION_KEYS.length;
    event.preventDefault();
    this._choose(SECTION_KEYS[next]);
    this._buttons[next].focus();
  }
}
