/** Keys that act by one letter: as they are, with Alt held down, or not at all. The browser of a console remembers it. */

import { t } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { icon } from "../shared/icons.js";
import { keepFocus } from "../staff/focus.js";
import { pick } from "../staff/pick.js";

/** @typedef {"letters" | "alt" | "off"} Shortcuts */

const REMEMBERED = "callboard.shortcuts";
/** @type {Shortcuts[]} */
const CHOICES = ["letters", "alt", "off"];

let chosen = remembered();
show();

export function shortcuts() {
  return chosen;
}

/**
 * Whether a pressed key is meant for the console. Who speaks to the computer, or whose hand trembles, must be able to
 * do without keys that act at a touch (WCAG 2.1.4).
 * @param {KeyboardEvent} event
 */
export function isShortcut(event) {
  if (event.ctrlKey || event.metaKey || chosen === "off") return false;
  const plain = event.key === " " || event.key === "Enter" || event.key.startsWith("Arrow");
  return plain ? !event.altKey : event.altKey === (chosen === "alt");
}

/** The one small key by which it is chosen. */
export function shortcutsKey() {
  const element = el("button", { class: "button button--quiet shortcuts", type: "button" }, icon("keyboard"));
  element.onmousedown = keepFocus;
  element.onclick = chooseShortcuts;
  return {
    element,
    draw() {
      const words = `${t("teller.shortcuts.title")}: ${t(`teller.shortcuts.${chosen}`)}`;
      element.title = words;
      element.setAttribute("aria-label", words);
    },
  };
}

/** Asks which it shall be. */
async function chooseShortcuts() {
  const choices = CHOICES.map((value) => ({
    value,
    label: t(`teller.shortcuts.${value}`),
    detail: value === chosen ? t("teller.shortcuts.now") : "",
  }));
  const found = await pick(t("teller.shortcuts.title"), choices, t("teller.pick_hint"));
  if (found === null) return;
  chosen = found;
  show();
  try {
    localStorage.setItem(REMEMBERED, found);
  } catch {
    // The choice then lasts as long as the page.
  }
}

/** The hints on the keys say what has to be pressed. */
function show() {
  document.documentElement.dataset.shortcuts = chosen;
}

/** @returns {Shortcuts} */
function remembered() {
  try {
    return CHOICES.find((choice) => choice === localStorage.getItem(REMEMBERED)) ?? "letters";
  } catch {
    return "letters";
  }
}
