/** The screen while nobody is there: whose kiosk it is, the waits at this moment, and one word in each language. */

import { boot, nameIn, tIn } from "/screens/shared/boot.js";
import { clockTime } from "/screens/shared/clock.js";
import { el, fill, find, say } from "/screens/shared/dom.js";
import { icon } from "/screens/shared/icons.js";
import { queuesOf } from "./offered.js";
import { waitTextIn } from "./waits.js";

const IDLE_MS = 60000;

export class Attract {
  /**
   * @param {import("./kiosk.js").Kiosk} kiosk
   * @param {() => void} woken
   */
  constructor(kiosk, woken) {
    this._kiosk = kiosk;
    this._woken = woken;
    this._cover = find(".attract");
    this._since = performance.now();
    /** @type {(() => void)[]} */
    this._figures = [];
    this._cover.onclick = () => this.wake();
  }

  get shown() {
    return !this._cover.hidden;
  }

  /** Somebody is there, or was a moment ago. */
  stay() {
    this._since = performance.now();
  }

  wake() {
    this.stay();
    if (!this.shown) return;
    this._cover.hidden = true;
    this._woken();
  }

  /** @param {boolean} may  whether nothing has been begun, and there is something to begin */
  tick(may) {
    if (!may) this.stay();
    if (this.shown && !may) this.wake();
    if (!this.shown && performance.now() - this._since >= IDLE_MS) this._show();
    if (this.shown) this._figures.forEach((refresh) => refresh());
  }

  _show() {
    const branch = this._kiosk.branch;
    const rows = queuesOf(branch).map((queue) => this._row(queue));
    const time = el("span", { class: "attract__time" });
    const unknown = both("kiosk.attract.unknown", "attract__unknown");
    const table = el("span", { class: "attract__waits" }, both("kiosk.attract.waits", "attract__head"), rows);
    this._figures.push(() => {
      say(time, clockTime(this._kiosk.live.clock.now(), branch.time_zone));
      table.hidden = !this._kiosk.offers.known;
      unknown.hidden = !table.hidden;
    });
    fill(
      this._cover,
      el("span", { class: "attract__branch" }, each((lang) => nameIn(lang, branch.name))),
      time,
      both("kiosk.attract.welcome", "attract__welcome"),
      table,
      unknown,
      el("span", { class: "attract__touch" }, both("kiosk.attract.touch")),
    );
    this._figures.forEach((refresh) => refresh());
    this._cover.hidden = false;
    this._cover.focus({ preventScroll: true });
  }

  /** @param {import("/screens/shared/types.js").Queue} queue */
  _row(queue) {
    const waits = boot.languages.map((lang) => el("span", { lang: tag(lang) }));
    this._figures.push(() =>
      waits.forEach((wait, i) => say(wait, waitTextIn(boot.languages[i], this._kiosk.offers.of(queue.id)))),
    );
    return el(
      "span",
      { class: "attract__row", "data-class": queue.counter_class },
      icon(queue.counter_class),
      el("span", { class: "attract__queue" }, each((lang) => nameIn(lang, queue.name))),
      el("span", { class: "attract__wait" }, waits),
    );
  }
}

/** @param {(lang: string) => string} words */
function each(words) {
  return boot.languages.map((lang) => el("span", { lang: tag(lang) }, words(lang)));
}

/**
 * @param {string} key
 * @param {string} [kind]
 */
function both(key, kind = "") {
  return el("span", { class: `attract__both ${kind}` }, each((lang) => tIn(lang, key)));
}

/** @param {string} lang */
function tag(lang) {
  return lang === "zh" ? "zh-CN" : lang;
}
