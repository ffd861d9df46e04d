/** Sound, vibration and a screen that stays on: asked for with one key, since a phone may do none of it unasked. */

import { t } from "/screens/shared/boot.js";
import { Chime } from "/screens/shared/chime.js";
import { el, fill } from "/screens/shared/dom.js";
import { icon } from "/screens/shared/icons.js";

/** @typedef {(key: string) => Promise<boolean>} Push  given the server's key; tells whether messages will come */

const RINGS_MS = [0, 4000, 8000];
const CALL_PATTERN = [500, 200, 500, 200, 900];
const NEAR_PATTERN = [250, 150, 250];

export class Alerts {
  /**
   * @param {HTMLElement} holder
   * @param {{ask: Push, renew: Push}} push  messages to a closed page: asks for them, or only for what was allowed
   */
  constructor(holder, push) {
    this._holder = holder;
    this._push = push;
    this._pushed = false;
    /** @type {string | null} */
    this._pushKey = null;
    this.on = false;
    this._chime = new Chime();
    this._sampled = false;
    this._wanted = false;
    this._lang = "";
    /** @type {number[]} */
    this._rings = [];
    /** @type {any} */
    this._lock = null;
    this._drawn = "";
    document.addEventListener("visibilitychange", () => this._stayAwake());
    this._touched = false;
    const touched = () => (this._touched = true);
    ["pointerup", "touchend", "keydown"].forEach((what) => document.addEventListener(what, touched));
    // Whoever touches the phone has noticed.
    document.addEventListener("pointerdown", () => this.hush());
    document.addEventListener("touchstart", () => this.hush());
  }

  /**
   * @param {boolean} wanted  whether there is still a call to come, or to be answered
   * @param {boolean} offered  whether there is room for the key
   * @param {string} lang
   * @param {{key: string} | null} push  what the branch needs for messages to a closed page, if it sends any
   */
  show(wanted, offered, lang, push) {
    this._wanted = wanted;
    this._lang = lang;
    if (push !== null && this._pushKey === null) this._push.renew(push.key).then((pushed) => this._nowPushed(pushed));
    this._pushKey = push && push.key;
    if (!wanted) this.hush();
    this._stayAwake();
    this._holder.hidden = !offered;
    this._draw();
  }

  _draw() {
    const drawn = `${this.on} ${this._how()} ${this._lang}`;
    if (drawn === this._drawn) return;
    this._drawn = drawn;
    fill(this._holder, this.on ? this._told() : this._asked());
  }

  _asked() {
    const how = t(vibrates() ? "phone.alert.offer" : "phone.alert.offer_sound");
    const words = el("span", null, t("phone.alert"), el("span", { class: "alerts__how" }, how));
    const start = () => this._start();
    return el("button", { class: "button alerts__key", type: "button", onclick: start }, icon("bell"), words);
  }

  _told() {
    const sign = icon(this._how() === "phone.alert.none" ? "alert" : "bell");
    return el("p", { class: "alerts__on", tabindex: "-1" }, sign, el("span", null, t(this._how())));
  }

  /** What the phone will really do. */
  _how() {
    if (this._pushed) return "phone.alert.on_closed";
    if (this._chime.blocked && !vibrates()) return "phone.alert.none";
    return staysAwake() ? "phone.alert.on" : "phone.alert.on_keep";
  }

  /** The key's press is what allows the sound; a short sample says how the call will be. */
  _start() {
    this.on = true;
    this._chime.start();
    this._chime.onBlocked((blocked) => {
      if (!blocked) this._sample();
      this._draw();
    });
    this._vibrate([200]);
    if (this._pushKey !== null) this._push.ask(this._pushKey).then((pushed) => this._nowPushed(pushed));
    this._stayAwake();
    this._draw();
    const words = this._holder.querySelector("p");
    if (words) words.focus();
  }

  /** @param {boolean} pushed */
  _nowPushed(pushed) {
    this._pushed = this._pushed || pushed;
    this._draw();
  }

  _sample() {
    if (this._sampled) return;
    this._sampled = true;
    this._chime.ring();
  }

  /** It is this number's turn: three times, or until the phone is touched. */
  call() {
    this.hush();
    this._rings = RINGS_MS.map((ms) =>
      window.setTimeout(() => {
        this._vibrate(CALL_PATTERN);
        if (this.on) this._chime.ring();
      }, ms),
    );
  }

  /** Nearly: once, and without a sound. */
  near() {
    this._vibrate(NEAR_PATTERN);
  }

  /**
   * A page that nobody has touched may not vibrate: then it is not tried.
   * @param {number[]} pattern
   */
  _vibrate(pattern) {
    if (this._touched && vibrates()) navigator.vibrate(pattern);
  }

  hush() {
    this._rings.forEach((timer) => clearTimeout(timer));
    this._rings = [];
  }

  /** A lock ends whenever the page is hidden, and is asked for again when it is seen. */
  _stayAwake() {
    if (!staysAwake()) return;
    const wanted = this.on && this._wanted && document.visibilityState === "visible";
    if (!wanted && this._lock !== null) {
      this._lock.then((/** @type {any} */ lock) => lock.release()).catch(() => undefined);
      this._lock = null;
    }
    if (!wanted || this._lock !== null) return;
    const lock = /** @type {any} */ (navigator).wakeLock.request("screen");
    const released = () => this._released(lock);
    this._lock = lock;
    // A phone that saves its battery refuses; then the screen goes dark as it always does.
    lock.then((/** @type {any} */ found) => (found.onrelease = released)).catch(released);
  }

  /** @param {any} lock */
  _released(lock) {
    if (this._lock === lock) this._lock = null;
  }
}

/** Only over https, and not on every phone. */
function staysAwake() {
  return "wakeLock" in navigator;
}

function vibrates() {
  return typeof navigator.vibrate === "function";
}
