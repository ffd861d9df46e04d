/** The two tones before a call, made by the browser itself: no sound file to fetch, and no speech to lack. */

const TONES = [
  { hertz: 783.99, at: 0 },
  { hertz: 587.33, at: 0.36 },
];
const RING_S = 1.1;
const LOUDNESS = 0.35;

export class Chime {
  constructor() {
    /** @type {AudioContext | null} */
    this._audio = null;
    /** @type {Set<(blocked: boolean) => void>} */
    this._listeners = new Set();
    this._told = false;
  }

  /** Tries to get leave to sound; browsers refuse until somebody has touched the page, or a setting allows it. */
  start() {
    try {
      this._audio = new AudioContext();
      this._audio.onstatechange = () => this._tell();
    } catch (noSound) {
      this._audio = null;
    }
    const touched = () => this._resume();
    ["pointerdown", "keydown", "touchend"].forEach((what) => document.addEventListener(what, touched));
    this._resume();
    this._tell();
    return this;
  }

  /** True while the hall cannot hear this screen. */
  get blocked() {
    return this._audio === null || this._audio.state !== "running";
  }

  /**
   * @param {(blocked: boolean) => void} listener  told at once, and at every change
   */
  onBlocked(listener) {
    this._listeners.add(listener);
    listener(this.blocked);
  }

  /** Rings once, if it may. A chime that was held back is not rung late: it would call to nothing. */
  ring() {
    const audio = this._audio;
    if (audio === null || audio.state !== "running") return false;
    TONES.forEach((tone) => strike(audio, tone.hertz, audio.currentTime + tone.at));
    return true;
  }

  _resume() {
    if (this._audio && this._audio.state === "suspended") {
      this._audio.resume().catch(() => undefined);
    }
  }

  _tell() {
    if (this.blocked === this._told) return;
    this._told = this.blocked;
    this._listeners.forEach((listener) => listener(this._told));
  }
}

/**
 * One soft bell: a tone and its octave, quick to come and slow to go.
 * @param {AudioContext} audio
 * @param {number} hertz
 * @param {number} at
 */
function strike(audio, hertz, at) {
  [1, 2].forEach((partial) => {
    const tone = audio.createOscillator();
    const level = audio.createGain();
    tone.frequency.value = hertz * partial;
    level.gain.setValueAtTime(0.0001, at);
    level.gain.exponentialRampToValueAtTime(LOUDNESS / (partial * partial), at + 0.012);
    level.gain.exponentialRampToValueAtTime(0.0001, at + RING_S / partial);
    tone.connect(level);
    level.connect(audio.destination);
    tone.start(at);
    tone.stop(at + RING_S);
  });
}
