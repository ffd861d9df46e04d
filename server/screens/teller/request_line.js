/** What the manager asks of this counter: accepted advice that nobody here has followed yet. */

import { t } from "../shared/boot.js";
import { el, say } from "../shared/dom.js";
import { keepFocus } from "../staff/focus.js";

/** @typedef {import("./desk.js").Desk} Desk */

export class RequestLine {
  /** @param {(id: "open" | "close") => void} press */
  constructor(press) {
    this._press = press;
    this._words = el("p", { class: "request__words" });
    this._button = el("button", { class: "button button--small", type: "button" });
    this._button.onmousedown = keepFocus;
    this.element = el("aside", { class: "request", role: "status", hidden: true }, this._words, this._button);
  }

  /**
   * @param {Desk} desk
   * @param {import("./intents.js").Intents} intents
   */
  draw(desk, intents) {
    const { request, counter, current } = desk;
    this.element.hidden = request === null;
    if (!request) return;
    const id = request.action === "close" ? "close" : "open";
    const busy = id === "close" && current !== null;
    const by = request.answered_by ?? t("teller.the_manager");
    say(this._words, t(`teller.request.${id}${busy ? "_after" : ""}`, { n: counter.number, by }));
    say(this._button, t(`teller.key.${id}`));
    this._button.disabled = busy || !intents.isLive() || (id === "close" && !desk.mine);
    this._button.onclick = () => this._press(id);
  }
}
