/** Answers and refusals in words, for a moment, where they cover nothing that is worked with. */

import { el } from "../shared/dom.js";

const TOLD_MS = 4000;
const REFUSED_MS = 8000;
const MOST = 3;

/**
 * @param {HTMLElement} place  a live region: what appears in it is spoken
 */
export function toastsIn(place) {
  /**
   * @param {string} sentence
   * @param {"told" | "refused"} kind
   */
  function show(sentence, kind) {
    const toast = el("p", { class: `toast toast--${kind}` }, sentence);
    place.append(toast);
    while (place.children.length > MOST) place.firstElementChild?.remove();
    setTimeout(() => toast.remove(), kind === "refused" ? REFUSED_MS : TOLD_MS);
  }
  return {
    /** @param {string} sentence */
    tell: (sentence) => show(sentence, "told"),
    /** @param {string} sentence */
    refuse: (sentence) => show(sentence, "refused"),
  };
}
