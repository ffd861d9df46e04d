/** Badge, then PIN, and the console is theirs: a small dialog for large keys or a keyboard alone. */

import { Refused } from "../shared/api.js";
import { t } from "../shared/boot.js";
import { el, say } from "../shared/dom.js";
import { PinPad } from "./pin_pad.js";

/** @typedef {{badge: string, pin: string, closeOther?: boolean}} Newcomer */

export class SwitchDialog {
  /**
   * @param {(who: Newcomer) => Promise<void>} send  throws Refused
   * @param {() => void} done
   */
  constructor(send, done) {
    this._send = send;
    this._done = done;
    this._badge = "";
    this._title = el("h2", { class: "pick__title" });
    this._says = el("p", { class: "switch__says" });
    this._input = el("input", { class: "switch__badge", autocomplete: "off", inputmode: "numeric", maxlength: 64 });
    this._label = el("span", null);
    this._pad = new PinPad((pin) => this._try(pin), (badge) => this.read(badge));
    this._refused = el("p", { class: "switch__refused", role: "alert" });
    this._close = el("button", { class: "button switch__close", type: "button" });
    this._back = el("button", { class: "button button--quiet", type: "button" });
    this._cancel = el("button", { class: "button button--quiet", type: "button" });
    this._go = el("button", { class: "button button--primary", type: "submit" });
    this._first = el("label", { class: "switch__field" }, this._label, this._input);
    this.element = this._made();
  }

  _made() {
    const foot = el("div", { class: "switch__foot" }, this._cancel, this._back, this._go);
    const parts = [this._title, this._says, this._first, this._pad.element, this._refused, this._close, foot];
    const form = el("form", { class: "switch__form", novalidate: true }, parts);
    const dialog = el("dialog", { class: "pick switch" }, form);
    form.onsubmit = (event) => {
      event.preventDefault();
      if (this._badge) this._pad.enter();
      else this.read(this._input.value);
    };
    this._cancel.onclick = () => dialog.close();
    this._back.onclick = () => this._ask("");
    this._close.onclick = () => this._try(this._pad.pin, true);
    dialog.onclose = () => this._forget();
    return dialog;
  }

  /** @param {{locked: boolean}} about */
  open({ locked }) {
    if (this.element.open) return;
    document.body.append(this.element);
    say(this._title, t(locked ? "teller.switch.unlock" : "teller.switch.title"));
    this.element.setAttribute("aria-label", this._title.textContent ?? "");
    say(this._label, t("teller.switch.badge"));
    say(this._cancel, t("teller.switch.cancel"));
    say(this._back, t("teller.switch.other"));
    this.element.showModal();
    this._ask("");
  }

  /** What the reader, or a hand, has told. @param {string} badge */
  read(badge) {
    if (badge.trim()) this._ask(badge.trim());
  }

  /** The badge while there is none, then the PIN. @param {string} badge */
  _ask(badge) {
    this._badge = badge;
    this._input.value = "";
    this._pad.clear();
    this._refuse("");
    this._first.hidden = badge !== "";
    this._pad.element.hidden = this._back.hidden = badge === "";
    say(this._says, t(badge ? "teller.switch.say_pin" : "teller.switch.say_badge"));
    say(this._go, t(badge ? "teller.switch.go" : "teller.switch.on"));
    if (badge) this._pad.focus();
    else this._input.focus();
  }

  /**
   * @param {string} pin
   * @param {boolean} [closeOther]
   */
  async _try(pin, closeOther = false) {
    if (this._go.disabled || !pin) return;
    this._busy(true);
    this._refuse("");
    try {
      await this._send({ badge: this._badge, pin, closeOther });
      this.element.close();
      this._done();
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      this._refuse(problem.sentence(), problem);
    } finally {
      this._busy(false);
    }
  }

  /** @param {boolean} busy */
  _busy(busy) {
    this._go.disabled = this._close.disabled = busy;
    say(this._go, t(busy ? "teller.switch.wait" : "teller.switch.go"));
  }

  /**
   * @param {string} sentence
   * @param {Refused} [problem]
   */
  _refuse(sentence, problem) {
    say(this._refused, sentence);
    const other = problem?.code === "holds_another" ? problem.params.counter : null;
    this._close.hidden = other === null;
    if (other !== null) say(this._close, t("teller.switch.close_other", { n: other }));
    else if (problem) this._pad.clear();
    if (other !== null) this._close.focus();
    else if (problem) this._pad.focus();
  }

  /** Nothing of it stays in the page. */
  _forget() {
    this._badge = "";
    this._input.value = "";
    this._pad.clear();
    this.element.remove();
  }
}
