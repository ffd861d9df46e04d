/** The console while its teller is away for a moment: which counter, which number, and how to go on. */

import { t } from "../shared/boot.js";
import { el, say } from "../shared/dom.js";

export class LockScreen {
  /** @param {() => void} unlock */
  constructor(unlock) {
    this._counter = el("span", { class: "tag lock__counter" });
    this._title = el("h1", { class: "lock__title" });
    this._number = el("p", { class: "lock__number" });
    this._says = el("p", { class: "lock__says" });
    this._button = el("button", { class: "button button--primary lock__open", type: "button" });
    this._button.onclick = unlock;
    this._password = el("a", { class: "lock__password", href: "/sign-in?to=teller" });
    const head = el("div", { class: "lock__head" }, this._counter, this._title);
    this.element = el("section", { class: "lock" }, head, this._number, this._says, this._button, this._password);
  }

  /** @param {import("./desk.js").Desk | null} desk */
  draw(desk) {
    this.element.dataset.class = desk ? desk.counter.counter_class : "";
    this._counter.hidden = desk === null;
    say(this._counter, desk ? String(desk.counter.number) : "");
    say(this._title, t("teller.lock.title"));
    say(this._number, desk?.current?.number ?? "");
    say(this._says, t("teller.lock.says"));
    say(this._button, t("teller.lock.open"));
    say(this._password, t("teller.lock.password"));
  }

  focus() {
    this._button.focus();
  }
}
