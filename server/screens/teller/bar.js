/** The top of the console: which counter, whose, how it stands, the time, and the keys that concern the counter. */

import { t } from "../shared/boot.js";
import { clockTime } from "../shared/clock.js";
import { el, fill, say } from "../shared/dom.js";
import { languageKeys } from "../staff/language_keys.js";
import { AccountLink } from "./account_link.js";
import { keyFor } from "./keypad.js";
import { shortcutsKey } from "./shortcuts.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./moves.js").MoveId} MoveId */

/** @type {MoveId[]} */
const COUNTER_KEYS = ["pause", "close", "counters", "switch", "lock"];

export class Bar {
  /** @param {(id: MoveId) => void} press */
  constructor(press) {
    this._number = el("span", { class: "tag bar__number" });
    this._title = el("h1", { class: "bar__title" });
    this._holder = el("p", { class: "bar__holder" });
    this._status = el("span", { class: "status" });
    this._keys = COUNTER_KEYS.map((id) => keyFor(id, press, "key--inline"));
    this._time = el("time", { class: "bar__time" });
    this._shortcuts = shortcutsKey();
    this._languages = el("span", { class: "bar__languages" });
    const names = el("div", { class: "bar__names" }, this._title, this._holder);
    const keys = el("div", { class: "bar__keys" }, this._keys.map((key) => key.element));
    this._account = new AccountLink();
    const ends = [this._shortcuts.element, this._account.element, this._languages, this._time];
    this.element = el("header", { class: "bar" }, this._number, names, this._status, keys, ends);
  }

  /**
   * @param {Desk} desk
   * @param {import("./intents.js").Intents} intents
   */
  draw(desk, intents) {
    const { counter } = desk;
    say(this._number, String(counter.number));
    const kind = t(`shared.class.${counter.counter_class}`);
    say(this._title, t("teller.counter_title", { kind, n: counter.number }));
    say(this._holder, counter.staff_name ?? t("teller.nobody_holds"));
    say(this._status, t(`teller.counter.${counter.status}`));
    this._status.dataset.status = counter.status;
    this._keys.forEach((key) => key.draw(desk, intents));
    this._shortcuts.draw();
    fill(this._languages, languageKeys());
    this._account.draw();
  }

  /**
   * @param {Desk} desk
   * @param {import("../shared/clock.js").ServerClock} clock
   */
  tick(desk, clock) {
    say(this._time, clockTime(clock.now(), desk.hall.branch.time_zone));
  }
}
