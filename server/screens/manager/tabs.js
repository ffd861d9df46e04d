/** The three sheets of the manager's page: now, the day's plan, the advisor's record; one of them is to be seen. */

import { t } from "../shared/boot.js";
import { el, say } from "../shared/dom.js";

/** @typedef {import("../shared/live.js").LiveHall} LiveHall */

/**
 * @typedef {Object} View
 * @property {HTMLElement} element
 * @property {(live: LiveHall) => void} show  it has come into sight
 * @property {() => void} translate  the page's language is another
 * @property {(live: LiveHall) => void} draw  once a second, and whenever the hall has changed, while it is in sight
 */

/** @typedef {"now" | "plan" | "record"} TabKey */

export class Tabs {
  /**
   * @param {Record<TabKey, View>} views
   * @param {LiveHall} live
   */
  constructor(views, live) {
    this._views = views;
    this._live = live;
    this._keys = /** @type {TabKey[]} */ (Object.keys(views));
    this._buttons = this._keys.map((key) => this._button(key));
    this.element = el("nav", { class: "tabs", role: "tablist" }, this._buttons);
    this.panels = this._keys.map((key) => this._panel(key));
    this._shown = /** @type {TabKey} */ ("now");
    addEventListener("hashchange", () => this._show(this._asked()));
  }

  /** Shows the sheet that the address names, else the first: a page loaded again stays where it was. */
  start() {
    this._show(this._asked());
  }

  translate() {
    this.element.setAttribute("aria-label", t("manager.title"));
    this._buttons.forEach((button, at) => say(button, t(`manager.tab.${this._keys[at]}`)));
    Object.values(this._views).forEach((view) => view.translate());
  }

  draw() {
    this._views[this._shown].draw(this._live);
  }

  /** @param {TabKey} key */
  _button(key) {
    const attributes = { role: "tab", id: `tab-${key}`, "aria-controls": `panel-${key}`, type: "button" };
    const button = el("button", { class: "tabs__tab", ...attributes });
    button.onclick = () => this._go(key);
    button.onkeydown = (event) => this._pressed(event, key);
    return button;
  }

  /** @param {TabKey} key */
  _panel(key) {
    const { element } = this._views[key];
    return el("div", { class: "sheet", role: "tabpanel", id: `panel-${key}`, "aria-labelledby": `tab-${key}` }, element);
  }

  /** @returns {TabKey} */
  _asked() {
    return this._keys.find((key) => location.hash === `#${key}`) ?? this._keys[0];
  }

  /** @param {TabKey} key */
  _go(key) {
    // Replaced and not added: going back leaves the page, and does not leaf through its sheets.
    history.replaceState(history.state, "", `#${key}`);
    this._show(key);
  }

  /** @param {TabKey} shown */
  _show(shown) {
    this._shown = shown;
    this._keys.forEach((key, at) => {
      this._buttons[at].setAttribute("aria-selected", String(key === shown));
      this._buttons[at].tabIndex = key === shown ? 0 : -1;
      this.panels[at].hidden = key !== shown;
    });
    this._views[shown].show(this._live);
    this.draw();
  }

  /**
   * @param {KeyboardEvent} event
   * @param {TabKey} key
   */
  _pressed(event, key) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = (this._keys.indexOf(key) + step + this._keys.length) % this._keys.length;
    event.preventDefault();
    this._go(this._keys[next]);
    this._buttons[next].focus();
  }
}
