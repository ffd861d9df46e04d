/** A PIN, by large keys or by the keyboard; shown as dots. */

import { t } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { keepFocus } from "../staff/focus.js";

const MOST = 8;
const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "clear", "0", "back"];

export class PinPad {
  /**
   * @param {(pin: string) => void} entered
   * @param {(badge: string) => void} badge  read while a PIN was asked for
   */
  constructor(entered, badge) {
    this._entered = entered;
    this._badge = badge;
    this._typed = "";
    this._field = el("input", { class: "pin__field", type: "password", inputmode: "numeric", autocomplete: "off" });
    this._keys = KEYS.map((key) => this._key(key));
    this.element = el("div", { class: "pin" }, this._field, el("div", { class: "pin__keys" }, this._keys));
    this._field.onkeydown = (event) => this._hear(event);
    this._field.oninput = () => (this._field.value = this._field.value.replace(/\D/g, "").slice(0, MOST));
  }

  get pin() {
    return this._field.value;
  }

  clear() {
    this._field.value = "";
    this._typed = "";
  }

  focus() {
    this._field.setAttribute("aria-label", t("teller.switch.pin"));
    this._keys.forEach((key) => key.dataset.key && key.setAttribute("aria-label", keyWords(key.dataset.key)));
    this._field.focus();
  }

  enter() {
    const typed = this._typed;
    this._typed = "";
    if (typed.length > MOST) this._badge(typed);
    else this._entered(this.pin);
  }

  /**
   * What is longer than any PIN is a badge: somebody has held it to the reader a second time, which must not count as
   * a wrong PIN.
   * @param {KeyboardEvent} event
   */
  _hear(event) {
    if (event.key.length === 1) this._typed += event.key;
    else if (event.key !== "Enter" && event.key !== "Shift") this._typed = "";
  }

  /** @param {string} key */
  _key(key) {
    const shown = { back: "⌫", clear: "C" }[key] ?? key;
    const button = el("button", { class: "button pin__key", type: "button", "data-key": key }, shown);
    button.onmousedown = keepFocus;
    button.onclick = () => this._press(key);
    return button;
  }

  /** @param {string} key */
  _press(key) {
    this._typed = "";
    const { value } = this._field;
    if (key === "back") this._field.value = value.slice(0, -1);
    else if (key === "clear") this._field.value = "";
    else if (value.length < MOST) this._field.value = value + key;
  }
}

/** @param {string} key */
function keyWords(key) {
  return key === "back" || key === "clear" ? t(`teller.switch.${key}`) : key;
}
