/** The way through the page by keys alone, with or without sight: what has the focus, what is said of it, what a key does. */

import { boot, language, setLanguage } from "/screens/shared/boot.js";
import { said, saidOf } from "./spoken.js";

/** @typedef {import("./spoken.js").Said} Said */
/** @typedef {import("./speech.js").Speech} Speech */

/**
 * @typedef {Object} Page
 * @property {() => Element[]} scope  what the keys can reach now
 * @property {() => Said[]} step  what is said when the step begins
 * @property {() => void} home
 * @property {() => void} redraw  the frame: whether speech is on is shown there
 */

const NUMBERED = 9;

export class Guide {
  /**
   * @param {Speech} speech
   * @param {Page} page
   */
  constructor(speech, page) {
    this._speech = speech;
    this._page = page;
    document.addEventListener("focusin", (event) => this._reached(event.target));
  }

  /** All that can be pressed, in the order in which it is told. */
  items() {
    /** @type {HTMLElement[]} */
    const found = [];
    for (const part of this._page.scope()) {
      part.querySelectorAll("button").forEach((key) => {
        if (!key.disabled && key.getClientRects().length > 0) found.push(key);
      });
    }
    return found;
  }

  /** The step as a whole: where the customer is, and how many ways lead on. */
  arrive() {
    if (this._speech.on) this._speech.say(this._page.step().concat(said("kiosk.speech.items", { n: this.items().length })));
  }

  turnOn() {
    if (this._speech.on) return;
    this._speech.turnOn();
    const others = boot.languages.filter((lang) => lang !== language());
    this._page.redraw();
    this._speech.say(
      [said("kiosk.speech.on"), said("kiosk.speech.on_more")]
        .concat(others.map((lang) => said("kiosk.speech.other", {}, lang)))
        .concat(this._page.step(), said("kiosk.speech.items", { n: this.items().length })),
    );
  }

  /** @param {Said[]} [lastWords] */
  turnOff(lastWords = [said("kiosk.speech.off")]) {
    if (!this._speech.on) return;
    this._speech.turnOff(lastWords);
    this._page.redraw();
  }

  /** @param {import("./keys.js").Deed} deed */
  act(deed) {
    const own = this.items().find((item) => item.getAttribute("data-key") === deed);
    if (own) this._press(own);
    else if (deed === "next") this._move(1);
    else if (deed === "previous") this._move(-1);
    else if (deed === "choose") this._choose();
    else if (deed === "home") this._page.home();
    else if (deed === "speech") this._speech.on ? this.turnOff() : this.turnOn();
    else if (deed === "speech_off") this.turnOff();
    else if (deed === "+" || deed === "-") this._volume(deed === "+" ? 1 : -1);
    else if (deed === "0") this._speech.repeat();
    else if (deed === "*") this._otherLanguage();
    else if (/^[1-9]$/.test(deed)) this._press(this.items()[Number(deed) - 1]);
  }

  /** @param {number} by */
  _move(by) {
    const items = this.items();
    if (items.length === 0) return;
    const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const next = at < 0 ? (by > 0 ? 0 : items.length - 1) : (at + by + items.length) % items.length;
    items[next].focus();
  }

  _choose() {
    const reached = /** @type {HTMLElement} */ (document.activeElement);
    if (this.items().includes(reached)) this._press(reached);
    else this.arrive();
  }

  /** @param {HTMLElement | undefined} item */
  _press(item) {
    if (!item) return;
    item.focus(); // or whoever pressed its number would be nowhere afterwards
    item.click();
  }

  /** @param {EventTarget | null} target */
  _reached(target) {
    const at = this.items().indexOf(/** @type {HTMLElement} */ (target));
    if (at < 0 || !this._speech.on) return;
    const key = at < NUMBERED ? [said("kiosk.speech.key", { n: at + 1 })] : [];
    this._speech.say(saidOf(/** @type {HTMLElement} */ (target)).concat(key));
  }

  /** @param {number} step */
  _volume(step) {
    this._speech.louder(step);
    this._speech.remark([said("kiosk.speech.volume", { n: this._speech.volume })]);
  }

  _otherLanguage() {
    const at = boot.languages.indexOf(language());
    setLanguage(boot.languages[(at + 1) % boot.languages.length], { remember: false });
  }
}
