/** <stale-banner>: says in words, and since when, that what the screen shows may no longer be true. */

import { boot, language, tIn } from "./boot.js";
import { el, fill, say } from "./dom.js";

/** Put `both-languages` on it where everyone reads the same screen. Hidden while the hall is live. */
export class StaleBanner extends HTMLElement {
  constructor() {
    super();
    /** @type {import("./live.js").LiveHall | null} */
    this._live = null;
    /** @type {number | undefined} */
    this._ticking = undefined;
  }

  connectedCallback() {
    this.setAttribute("role", "status");
    this._draw();
  }

  /** @param {import("./live.js").LiveHall} live */
  watch(live) {
    this._live = live;
    live.onStatus(() => this._draw());
    this._draw();
  }

  _draw() {
    const stale = this._live !== null && this._live.status === "stale";
    this.hidden = !stale;
    document.documentElement.classList.toggle("is-stale", stale);
    clearInterval(this._ticking);
    fill(this);
    if (!stale) return;
    const seconds = el("span", { class: "stale-banner__seconds", "aria-hidden": "true" });
    fill(this, el("span", { class: "stale-banner__words" }, this._languages().map((lang) => this._sentence(lang))), seconds);
    const tick = () => say(seconds, this._since());
    tick();
    this._ticking = window.setInterval(tick, 1000);
  }

  /** @param {string} lang */
  _sentence(lang) {
    const refused = this._live !== null && this._live.refused;
    return el("span", { lang }, tIn(lang, refused ? "shared.refused" : "shared.stale"), " ");
  }

  /** The seconds are not spoken: a reader of the screen would say nothing else. */
  _since() {
    const seconds = Math.floor(this._live ? this._live.silentFor() : 0);
    return tIn(this._languages()[0], "shared.stale_since", { n: seconds });
  }

  _languages() {
    const main = language();
    const others = boot.languages.filter((lang) => lang !== main);
    return this.hasAttribute("both-languages") ? [main].concat(others) : [main];
  }
}

customElements.define("stale-banner", StaleBanner);
