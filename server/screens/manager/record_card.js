/** One figure of the record in plain words, with what it means a press away. */

import { t } from "../shared/boot.js";
import { el, say } from "../shared/dom.js";

export class RecordCard {
  /** @param {string} key */
  constructor(key) {
    this._key = key;
    this._value = el("dd", { class: "fact__value" });
    this._label = el("dt", null);
    this._more = el("dd", { class: "fact__more" });
    this._meaning = el("p", null);
    this._summary = el("summary", null);
    const list = el("dl", { class: "fact__words" }, this._label, this._value, this._more);
    const meaning = el("details", { class: "fact__meaning" }, this._summary, this._meaning);
    this.element = el("article", { class: "fact panel", "data-fact": key }, list, meaning);
  }

  /**
   * @param {string} value
   * @param {string} more
   * @param {string} [tone]  good | bad
   */
  draw(value, more, tone) {
    say(this._value, value);
    say(this._label, t(`manager.record.${this._key}`));
    say(this._more, more);
    say(this._summary, t("manager.record.meaning"));
    say(this._meaning, t(`manager.record.${this._key}_means`));
    this.element.dataset.tone = tone ?? "";
  }
}
