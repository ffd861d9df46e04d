/** The keys at the foot of every step, within everyone's reach: language, large type, high contrast. */

import { boot, language, setLanguage, t, tIn } from "/screens/shared/boot.js";
import { el, fill } from "/screens/shared/dom.js";
import { icon } from "/screens/shared/icons.js";
import { said, says } from "./spoken.js";

const root = document.documentElement;

/**
 * @param {Element} foot
 * @param {{on: boolean, toggle: () => void}} speech
 */
export function drawComfort(foot, speech) {
  const others = boot.languages.filter((lang) => lang !== language());
  const large = root.classList.contains("large-type");
  const contrast = root.getAttribute("data-contrast") === "high";
  fill(
    foot,
    others.map((lang) => languageKey(lang)),
    toggle("large_type", t("kiosk.large_type"), large, () => {
      root.classList.toggle("large-type");
      drawComfort(foot, speech);
    }),
    toggle("contrast", t("kiosk.contrast"), contrast, () => {
      if (contrast) root.removeAttribute("data-contrast");
      else root.setAttribute("data-contrast", "high");
      drawComfort(foot, speech);
    }),
    toggle("speech", t("kiosk.speech"), speech.on, speech.toggle),
  );
}

/**
 * A language is offered in its own words.
 * @param {string} lang
 */
function languageKey(lang) {
  const act = () => setLanguage(lang, { remember: false });
  const key = { class: "button comfort__key comfort__key--language", type: "button", lang, onclick: act };
  const words = tIn(lang, "shared.language");
  return says(el("button", key, icon("language"), el("span", null, words)), () => [said("shared.language", {}, lang)]);
}

/**
 * @param {import("/screens/shared/icons.js").Shape} shape
 * @param {string} words
 * @param {boolean} on
 * @param {() => void} act
 */
function toggle(shape, words, on, act) {
  const key = { class: "button comfort__key", type: "button", "aria-pressed": String(on), onclick: act };
  return says(el("button", key, icon(shape), el("span", null, words)), () => [said(`kiosk.${shape}`)]);
}
