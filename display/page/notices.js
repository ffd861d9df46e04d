/** The branch's notices, pictures and films, one after another; a call has the screen before any of them. */

import { el, fill } from "/screens/shared/dom.js";
import { hoursOn, localTime } from "/screens/shared/hours.js";
import { both, bothLanguages } from "./languages.js";
import { notice } from "./notice_card.js";
import { drawWaiting } from "./waiting.js";

/** @typedef {{title: string, lines: string[]}} Text */
/** @typedef {{kind: "text" | "picture" | "film", name: string, url?: string, texts?: Record<string, Text>}} Item */
/** @typedef {import("/screens/shared/hall_state.js").HallState} HallState */
/** @typedef {import("./main.js").Parts} Parts */

const LOOK_EVERY_MS = 60000;
const LONGEST_FILM_MS = 300000;
const SMALLEST = 0.5; // of the usual size: smaller than that, nobody reads it from a chair
const LINGER_MS = 2000; // a call stays a moment after it was said

export class Notices {
  /** @param {Parts} parts */
  constructor(parts) {
    this._parts = parts;
    this.place = el("section", { class: "notices" });
    /** @type {Item[]} */
    this._items = [];
    this._at = -1;
    this._failed = 0;
    /** @type {number | undefined} */
    this._timer = undefined;
    this._busyAt = -Infinity;
    this._left = false;
    this._look();
    this._looking = setInterval(() => this._look(), LOOK_EVERY_MS);
  }

  leave() {
    clearInterval(this._looking);
    clearTimeout(this._timer);
    this._left = true;
    document.documentElement.classList.remove("is-calling");
  }

  /**
   * While there are none, the place says how long people wait: that is news, too.
   * @param {HallState} hall
   */
  draw(hall) {
    if (this._items.length > 0) return;
    const { zone, offers, live } = this._parts;
    const queues = el("div", { class: "waiting" });
    drawWaiting(queues, hall, zone.queues(hall), (queueId) => offers.of(queueId));
    const day = localTime(live.clock.now(), hall.branch.time_zone).day;
    const hours = hoursOn(hall.branch, day);
    const words = hours ? both("display.closed_words", hours) : undefined;
    const welcome = notice(both("display.welcome_to", { branch: hall.branch.name }), words);
    fill(this.place, el("div", { class: "notices__none" }, welcome, queues));
  }

  /** @param {boolean} busy  a call is being announced */
  giveWay(busy) {
    const now = performance.now();
    if (busy) this._busyAt = now;
    const away = now - this._busyAt < LINGER_MS;
    if (document.documentElement.classList.contains("is-calling") === away) return;
    document.documentElement.classList.toggle("is-calling", away);
    const film = this.place.querySelector("video");
    if (!film) return;
    if (away) film.pause();
    else film.play().catch(() => this._next());
  }

  async _look() {
    try {
      const answer = await fetch("/display/notices", { credentials: "same-origin" });
      if (answer.ok) this._take((await answer.json()).items);
    } catch (away) {
      // What is known goes on being shown.
    }
  }

  /** @param {Item[]} items */
  _take(items) {
    if (this._left || JSON.stringify(items) === JSON.stringify(this._items)) return;
    this._items = items;
    this._at = -1;
    clearTimeout(this._timer);
    if (items.length > 0) this._next();
    else this.draw(this._parts.live.hall);
  }

  _next() {
    clearTimeout(this._timer);
    if (this._items.length === 0) return;
    this._at = (this._at + 1) % this._items.length;
    const item = this._items[this._at];
    const shown = this._shown(item);
    fill(this.place, shown);
    if (item.kind === "text") fit(shown);
    const lasts = item.kind === "film" ? LONGEST_FILM_MS : this._parts.wishes.noticeS * 1000;
    this._timer = window.setTimeout(() => this._next(), lasts);
  }

  /** One that cannot be shown is left out; where none can, they are tried again at leisure. */
  _skip() {
    clearTimeout(this._timer);
    this._failed += 1;
    const pause = this._failed % this._items.length === 0 ? this._parts.wishes.noticeS * 1000 : 0;
    this._timer = window.setTimeout(() => this._next(), pause);
  }

  /** @param {Item} item */
  _shown(item) {
    if (item.kind === "text") return textCard(item);
    const common = { class: "notices__media", src: item.url, onerror: () => this._skip() };
    if (item.kind === "picture") return el("img", Object.assign({ alt: "" }, common));
    const film = el("video", Object.assign({ onended: () => this._next() }, common));
    film.muted = true; // the hall has one voice, and it calls people
    film.play().catch(() => undefined);
    return film;
  }
}

/** @param {Item} item */
function textCard(item) {
  const texts = item.texts || {};
  const known = bothLanguages().filter((lang) => texts[lang]);
  const langs = known.length > 0 ? known : Object.keys(texts).slice(0, 1);
  return el("article", { class: "notices__text" }, langs.map((lang, i) => passage(lang, texts[lang], i > 0)));
}

/**
 * @param {string} lang
 * @param {Text} text
 * @param {boolean} beside
 */
function passage(lang, text, beside) {
  return el(
    "div",
    { class: beside ? "passage passage--beside" : "passage", lang },
    text.title ? el("h2", { class: "passage__title" }, text.title) : null,
    text.lines.map((line) => el("p", { class: "passage__line" }, line)),
  );
}

/** @param {HTMLElement} shown */
function fit(shown) {
  for (let size = 1; size >= SMALLEST; size -= 0.1) {
    shown.style.fontSize = `${size}em`;
    if (shown.scrollHeight <= shown.clientHeight && shown.scrollWidth <= shown.clientWidth) return;
  }
}

