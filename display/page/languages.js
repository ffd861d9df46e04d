/** The board speaks to everyone at once: its first language large, the second beside it. */

import { boot, language, nameIn, tIn } from "/screens/shared/boot.js";
import { el } from "/screens/shared/dom.js";

/** @returns {string[]} the main language, then the one beside it */
export function bothLanguages() {
  const main = language();
  return [main].concat(boot.languages.filter((lang) => lang !== main)).slice(0, 2);
}

/**
 * One text in both languages.
 * @param {(lang: string, beside: boolean) => string} words
 */
export function inBoth(words) {
  return bothLanguages().map((lang, i) => {
    const beside = i > 0;
    return el("span", { class: beside ? "beside" : "main", lang }, words(lang, beside));
  });
}

/**
 * @param {string} key
 * @param {Record<string, any>} [params]
 */
export function both(key, params) {
  return inBoth((lang) => tIn(lang, key, params));
}

/** @param {import("/screens/shared/types.js").Names} names */
export function bothNames(names) {
  return inBoth((lang) => nameIn(lang, names));
}
