/** The hall's voice in a browser: chime, then the server's clips, one sentence after another and never two at once. */

import { Refused } from "/screens/shared/api.js";
import { Chime } from "/screens/shared/chime.js";
import { Clips } from "./clips.js";

/** @typedef {import("/screens/shared/types.js").Call} Call */
/** @typedef {"made" | "failed" | "silent"} Outcome */

const GAP_S = 0.25;
const SOON_S = 0.05;
const AGAIN_MS = 500;
const WAKE_AFTER_MS = 3000; // after so long the hall has to be woken by the chime again
const CHIME_MS = 1500;
const STUCK_MS = 4000; // a device that was unplugged never says that it has played to the end

export class Voice extends Chime {
  /** @param {string[]} langs */
  constructor(langs) {
    super();
    this._clips = new Clips(() => this._audio, langs);
    this._spokeAt = -Infinity;
    this._paceS = 0;
  }

  /** Seconds that one call takes, in all languages; 0 while that is not known. */
  get paceS() {
    return this._paceS * this._clips.langs.length;
  }

  /**
   * From the next sentence on.
   * @param {string[]} langs
   */
  speakIn(langs) {
    this._clips.langs = langs;
  }

  /**
   * @param {Call[]} calls
   * @param {{volume: number, crowded: boolean, until: number}} manner  `until`: no sentence begins later
   * @returns {Promise<Outcome>} once it has been heard
   */
  async say(calls, manner) {
    if (this.blocked || manner.volume <= 0 || calls.length === 0) return "silent";
    const langs = manner.crowded ? 1 : this._clips.langs.length;
    const chime = !manner.crowded || performance.now() - this._spokeAt > WAKE_AFTER_MS;
    const sounds = await this._ready(calls, { chime, langs }, manner.until);
    if (sounds.length === 0 || this.blocked) {
      if (this.ring()) await pause(CHIME_MS); // without words, the hall is told at least that there is news
      return "failed";
    }
    const began = performance.now();
    await this._play(sounds, manner.volume);
    this._spokeAt = performance.now();
    this._paceS = (this._spokeAt - began) / 1000 / (calls.length * langs);
    return "made";
  }

  /**
   * Fetches what comes next while this is heard: then a cut of the line costs no pause.
   * @param {Call[]} calls
   */
  prepare(calls) {
    if (calls.length > 0) this._clips.speech(calls, { chime: true, langs: this._clips.langs.length }).catch(() => []);
  }

  /**
   * A server that is away is asked again for as long as the call is fresh; one that says no is not.
   * @param {Call[]} calls
   * @param {{chime: boolean, langs: number}} manner
   * @param {number} until
   * @returns {Promise<AudioBuffer[]>} none if it cannot be said
   */
  async _ready(calls, manner, until) {
    for (;;) {
      try {
        return await this._clips.speech(calls, manner);
      } catch (trouble) {
        const away = !(trouble instanceof Refused) || trouble.status === 0 || trouble.code === "busy";
        if (!away || performance.now() + AGAIN_MS > until) return [];
        await pause(AGAIN_MS);
      }
    }
  }

  /**
   * @param {AudioBuffer[]} sounds
   * @param {number} volume
   */
  _play(sounds, volume) {
    const audio = /** @type {AudioContext} */ (this._audio);
    const level = audio.createGain();
    level.gain.value = volume;
    level.connect(audio.destination);
    let at = audio.currentTime + SOON_S;
    const sources = sounds.map((sound) => {
      const source = audio.createBufferSource();
      source.buffer = sound;
      source.connect(level);
      source.start(at);
      at += sound.duration + GAP_S;
      return source;
    });
    const lasts = (at - audio.currentTime) * 1000;
    const heard = new Promise((resolve) => (sources[sources.length - 1].onended = resolve));
    return Promise.race([heard, pause(lasts + STUCK_MS)]).then(() => level.disconnect());
  }
}

/** @param {number} ms */
function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
