/** The switch to each other language, on every staff page. */

import { boot, language, setLanguage, tIn } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { keepFocus } from "./focus.js";

/** One button for each other language, in its own words. */
export function languageKeys() {
  return boot.languages
    .filter((lang) => lang !== language())
    .map((lang) => {
      const words = tIn(lang, "shared.language");
      const button = el("button", { class: "button button--quiet", type: "button", lang }, words);
      button.onmousedown = keepFocus;
      button.onclick = () => setLanguage(lang);
      return button;
    });
}
