/** The server's clips for a call: asked for by their key, decoded once, kept while there is room. */

import { Refused, branchPath, get } from "/screens/shared/api.js";
import { boot } from "/screens/shared/boot.js";

/** @typedef {import("/screens/shared/types.js").Call} Call */
/** @typedef {{key: string, url: string, seconds: number}} Clip */
/** @typedef {{chime: Clip, parts: {lang: string, text: string, clip: Clip}[]}} Manifest */

const UNSPOKEN = "language_not_spoken";
const MOST_KEPT = 60;
const PATIENCE_MS = 5000;

export class Clips {
  /**
   * @param {() => BaseAudioContext | null} audio
   * @param {string[]} langs
   */
  constructor(audio, langs) {
    this._audio = audio;
    this.langs = langs;
    /** @type {Map<string, Promise<AudioBuffer>>} */
    this._kept = new Map();
  }

  /**
   * The sounds of a sentence, in order: the chime, then what is said in each language. Throws Refused.
   * @param {Call[]} calls
   * @param {{chime: boolean, langs: number}} manner  `langs`: how many of them
   * @returns {Promise<AudioBuffer[]>}
   */
  async speech(calls, manner) {
    const manifest = await this._manifest(calls);
    const parts = manifest.parts.slice(0, manner.langs).map((part) => part.clip);
    return Promise.all((manner.chime ? [manifest.chime] : []).concat(parts).map((clip) => this._sound(clip)));
  }

  /**
   * In every language that the server speaks: one that it does not must not silence the others.
   * @param {Call[]} calls
   * @returns {Promise<Manifest>}
   */
  async _manifest(calls) {
    const asked = calls.map((call) => `${call.number}:${call.counter_number}`).join(",");
    for (;;) {
      try {
        return await get(branchPath(`voice/call?calls=${encodeURIComponent(asked)}&langs=${this.langs.join(",")}`));
      } catch (refused) {
        const unspoken = refused instanceof Refused && refused.code === UNSPOKEN ? refused.params.tongue : "";
        const others = this.langs.filter((lang) => lang !== unspoken);
        if (others.length === this.langs.length || others.length === 0) throw refused;
        this.langs = others;
      }
    }
  }

  /** @param {Clip} clip */
  _sound(clip) {
    const known = this._kept.get(clip.key);
    if (known) return known;
    const coming = this._fetched(clip);
    this._kept.set(clip.key, coming);
    coming.catch(() => this._kept.delete(clip.key));
    if (this._kept.size > MOST_KEPT) this._kept.delete(this._kept.keys().next().value || "");
    return coming;
  }

  /** @param {Clip} clip */
  async _fetched(clip) {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
    const audio = this._audio();
    try {
      const headers = { Authorization: `Bearer ${boot.token}` };
      const answer = await fetch(clip.url, { headers, signal: patience.signal });
      if (!answer.ok || !audio) throw new Refused(answer.status, { code: "clip_not_found" });
      return await audio.decodeAudioData(await answer.arrayBuffer());
    } finally {
      clearTimeout(timer);
    }
  }
}
