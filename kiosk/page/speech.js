/** Says sentences one after the other; what is new interrupts what is old, for who presses a key wants to go on. */

import { Chime } from "/screens/shared/chime.js";
import { Clips } from "./clips.js";
import { written } from "./spoken.js";

/** @typedef {import("./spoken.js").Said} Said */
/** @typedef {"off" | "on" | "mute"} State  mute: it is on, and there is nothing to say it with */

export const LOUDEST = 5;
const USUAL = 3; // and so for the next customer again: nobody is shouted at
const AHEAD = 3; // clips asked for while one is heard

export class Speech {
  /** @param {(state: State, caption: string) => void} tell */
  constructor(tell) {
    this.clips = new Clips();
    /** @type {State} */
    this.state = "off";
    this.volume = USUAL;
    this._tell = tell;
    /** @type {Said[]} */
    this._last = [];
    this._turn = 0;
    this._speaking = false;
    /** @type {Said[]} */
    this._waiting = [];
    /** @type {AudioContext | null} */
    this._audio = null;
    /** @type {GainNode | null} */
    this._level = null;
    /** @type {AudioBufferSourceNode | null} */
    this._sounding = null;
    this._chime = new Chime();
  }

  get on() {
    return this.state !== "off";
  }

  turnOn() {
    if (this.on) return;
    this._open();
    this._set("on", "");
  }

  /** @param {Said[]} [lastWords] */
  async turnOff(lastWords = []) {
    if (!this.on) return;
    this._set("off", "");
    this.calm();
    await this._say(lastWords);
  }

  /** Any touch or key gives leave to sound where a browser asks for one. */
  wake() {
    if (this._audio && this._audio.state === "suspended") this._audio.resume().catch(() => undefined);
  }

  /** @param {Said[]} sentences  said at once; nothing if there are none */
  say(sentences) {
    if (!this.on || sentences.length === 0) return;
    this._last = sentences;
    this._say(sentences);
  }

  /**
   * Said at once, and not again when the customer wants to hear the last thing again.
   * @param {Said[]} sentences
   */
  remark(sentences) {
    if (this.on) this._say(sentences);
  }

  /**
   * Said when what is being said has come to its end: news that must not cut off a number.
   * @param {Said[]} sentences
   */
  after(sentences) {
    if (!this.on) return;
    if (this._speaking) this._waiting = this._waiting.concat(sentences);
    else this._say(sentences);
  }

  /** As loud as for everybody. */
  calm() {
    this.louder(USUAL - this.volume);
  }

  repeat() {
    this.say(this._last);
  }

  hush() {
    this._turn += 1;
    this._speaking = false;
    this._waiting = [];
    if (this._sounding) this._sounding.stop();
    this._sounding = null;
  }

  /** @param {number} step */
  louder(step) {
    this.volume = Math.min(LOUDEST, Math.max(1, this.volume + step));
    if (this._level) this._level.gain.value = loudness(this.volume);
  }

  /** @param {Said[]} sentences */
  async _say(sentences) {
    this.hush();
    const turn = this._turn;
    this._speaking = true;
    const coming = sentences.map(() => /** @type {Promise<ArrayBuffer | null> | null} */ (null));
    let heard = 0;
    for (let at = 0; at < sentences.length; at += 1) {
      for (let next = at; next < Math.min(at + AHEAD, sentences.length); next += 1) {
        coming[next] = coming[next] || this.clips.of(sentences[next]).catch(() => null);
      }
      const clip = await coming[at];
      if (turn !== this._turn) return;
      if (clip === null) continue; // one sentence less is better than silence
      this._set(this.on ? "on" : "off", written(sentences[at]));
      heard += (await this._play(clip, turn)) ? 1 : 0;
      if (turn !== this._turn) return;
    }
    const waiting = this._waiting;
    this.hush();
    if (heard === 0 && sentences.length > 0) this._ring();
    if (waiting.length > 0) this._say(waiting);
  }

  /**
   * Ends with the sound; false where it could not be sounded.
   * @param {ArrayBuffer} clip
   * @param {number} turn
   */
  async _play(clip, turn) {
    const [audio, level] = [this._audio, this._level];
    if (!audio || !level) return false;
    const sound = await audio.decodeAudioData(clip).catch(() => null);
    if (sound === null || turn !== this._turn) return false;
    const source = audio.createBufferSource();
    source.buffer = sound;
    source.connect(level);
    this._sounding = source;
    await new Promise((resolve) => {
      source.onended = resolve;
      source.start();
    });
    return true;
  }

  /** No clip and no server: a chime and a sign say that somebody must help. */
  _ring() {
    if (!this.on) return;
    this._set("mute", "");
    this._chime.ring();
  }

  _open() {
    if (this._audio) return;
    this._chime.start();
    try {
      this._audio = new AudioContext();
      this._level = this._audio.createGain();
      this._level.gain.value = loudness(this.volume);
      this._level.connect(this._audio.destination);
    } catch (noSound) {
      this._audio = null;
    }
  }

  /**
   * @param {State} state
   * @param {string} caption
   */
  _set(state, caption) {
    this.state = state;
    this._tell(state, caption);
  }
}

/** @param {number} volume  each step is heard as as much louder */
function loudness(volume) {
  return Math.pow(volume / LOUDEST, 1.6);
}
