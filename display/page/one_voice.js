/** One voice in a hall: before this screen speaks, the server says whether another already does. */

import { newKey } from "/screens/shared/api.js";

/** @typedef {"here" | "page" | "program" | "nobody"} Speaker */

const ASK_EVERY_MS = 4000;
// A day that runs faster than people can speak would be an endless murmur: there the chime is all.
const FASTEST = 5;

export class OneVoice {
  /**
   * @param {import("./wishes.js").Wishes} wishes
   * @param {import("./zone.js").Zone} zone
   * @param {import("./voice.js").Voice} voice
   * @param {import("/screens/shared/clock.js").ServerClock} clock
   */
  constructor(wishes, zone, voice, clock) {
    this._wishes = wishes;
    this._zone = zone;
    this._voice = voice;
    this._clock = clock;
    this._page = newKey();
    /** @type {Speaker} */
    this._speaker = wishes.voice === "on" ? "here" : "nobody";
    /** @type {Set<() => void>} */
    this._listeners = new Set();
  }

  start() {
    this._voice.onBlocked(() => this._ask());
    setInterval(() => this._ask(), ASK_EVERY_MS);
    return this;
  }

  /** The lobby may be given another layout, and with it a screen its voice. */
  get _wish() {
    return this._wishes.voice;
  }

  /** Whether this screen is to speak, as far as it may make a sound at all. */
  get speaks() {
    if (this._wish === "on") return true;
    return this._wish === "auto" && this._speaker === "here" && this._clock.speed <= FASTEST;
  }

  get chimes() {
    return this._wish === "chime" || (this._wish === "auto" && this._speaker === "here");
  }

  /** Whether the hall hears nothing that it should hear from here. */
  get missing() {
    if (this._wish === "off" || !this._voice.blocked) return false;
    return this._wish !== "auto" || this._speaker === "here" || this._speaker === "nobody";
  }

  /** @param {() => void} listener */
  onChange(listener) {
    this._listeners.add(listener);
    listener();
  }

  async _ask() {
    if (this._wish === "off" || this._wish === "chime") return;
    const body = JSON.stringify({ page: this._page, zone: this._zone.name, can: !this._voice.blocked, on: this._wish === "on" });
    const headers = { "Content-Type": "application/json" };
    try {
      const answer = await fetch("/display/voice", { method: "POST", credentials: "same-origin", headers, body });
      if (answer.ok) this._speaker = (await answer.json()).speaker;
    } catch (away) {
      // Then it stays as it was: a hall does not fall silent because nobody could be asked.
    }
    this._listeners.forEach((listener) => listener());
  }
}

