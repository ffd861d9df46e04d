/** The queue as a picture: a counter, the people before it, and the phone's owner, who moves up with each call. */

import { t } from "/screens/shared/boot.js";
import { el, say } from "/screens/shared/dom.js";

// So many people are drawn; of a longer queue the far end is a gap, and the figure below tells how many there are.
const DRAWN = 7;
const STEP_PERCENT = 11;
const FIRST_PERCENT = 15;

export class Track {
  constructor() {
    this._people = Array.from({ length: DRAWN }, (_, place) => at(el("i", { class: "track__person" }), place));
    this._words = el("span", { class: "track__words" }, t("phone.you"));
    this._you = el("span", { class: "track__you" }, this._words);
    this._done = el("span", { class: "track__done" });
    // Nothing is read aloud here: the figures below say the same.
    this.element = el(
      "div",
      { class: "track", "aria-hidden": "true" },
      el("span", { class: "track__rail" }),
      this._done,
      this._people,
      this._you,
      el("span", { class: "track__counter" }),
    );
  }

  /** @param {number | null} ahead */
  show(ahead) {
    this.element.hidden = ahead === null;
    if (ahead === null) return;
    const place = Math.min(ahead, DRAWN);
    this._people.forEach((person, index) => person.classList.toggle("is-ahead", index < place));
    this.element.classList.toggle("is-long", ahead > DRAWN);
    at(this._you, place);
    this._done.style.width = `${100 - percent(place)}%`;
    say(this._words, t("phone.you"));
  }
}

/**
 * @template {HTMLElement} Element
 * @param {Element} element
 * @param {number} place  0 is next
 * @returns {Element}
 */
function at(element, place) {
  element.style.right = `${percent(place)}%`;
  return element;
}

/** @param {number} place */
function percent(place) {
  return FIRST_PERCENT + place * STEP_PERCENT;
}
