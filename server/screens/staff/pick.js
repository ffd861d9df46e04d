/** One choice out of a few, by digit, arrow keys or pointer; Escape chooses nothing. */

import { el } from "../shared/dom.js";

/**
 * @template Value
 * @typedef {{value: Value, label: string, detail?: string}} Choice
 */

const MOST = 9;

/** Whether a choice is open: the console's own keys then rest. */
export function isPicking() {
  return document.querySelector("dialog[open]") !== null;
}

/**
 * @template Value
 * @param {string} title
 * @param {Choice<Value>[]} choices
 * @param {string} hint  how to choose and how not to
 * @returns {Promise<Value | null>}
 */
export function pick(title, choices, hint) {
  return new Promise((resolve) => {
    const buttons = choices.slice(0, MOST).map((choice, index) => {
      const button = choiceButton(choice, index + 1);
      button.onclick = () => dialog.close(String(index));
      return button;
    });
    const dialog = el(
      "dialog",
      { class: "pick", "aria-label": title },
      el("h2", { class: "pick__title" }, title),
      el("div", { class: "pick__choices" }, buttons),
      el("p", { class: "pick__hint" }, hint),
    );
    dialog.onkeydown = (event) => pressed(event, buttons);
    // A press beside the box lands on the dialog itself.
    dialog.onclick = (event) => event.target === dialog && dialog.close("");
    dialog.onclose = () => {
      dialog.remove();
      resolve(dialog.returnValue === "" ? null : choices[Number(dialog.returnValue)].value);
    };
    document.body.append(dialog);
    dialog.showModal();
  });
}

/**
 * @param {Choice<any>} choice
 * @param {number} digit
 */
function choiceButton(choice, digit) {
  return el(
    "button",
    { class: "pick__choice", type: "button" },
    el("kbd", { class: "hint" }, digit),
    el("span", { class: "pick__label" }, choice.label),
    el("span", { class: "pick__detail" }, choice.detail ?? ""),
  );
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLButtonElement[]} buttons
 */
function pressed(event, buttons) {
  const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const digit = Number(event.key);
  if (step) buttons[(at + step + buttons.length) % buttons.length].focus();
  else if (digit >= 1 && digit <= buttons.length && !event.repeat) buttons[digit - 1].click();
  else return;
  event.preventDefault();
}
