/** Sentences one after the other: with a space between them where the language has one. */

import { language } from "../shared/boot.js";

/** @param {string[]} sentences  empty ones are left out */
export function together(...sentences) {
  return sentences.filter(Boolean).join(language() === "zh" ? "" : " ");
}
