/** Keys, told from a reader that types: what comes faster than any finger is passed on, and presses nothing. */

/** @typedef {"next" | "previous" | "choose" | "speech" | "speech_off" | "home" | string} Deed  or the sign typed */

// Readers send a key every 1 to 20 ms. What a person means waits this long, to see whether another follows.
const LONGEST_GAP_MS = 50;
const SETTLE_MS = 70;
/** @type {Record<string, Deed>} */
const AT_ONCE = {
  ArrowDown: "next",
  ArrowRight: "next",
  ArrowUp: "previous",
  ArrowLeft: "previous",
  Escape: "home",
  AudioVolumeUp: "+",
  AudioVolumeDown: "-",
};

export class Keys {
  /**
   * @param {{on: string, off: string}} speech  names of keys
   * @param {(deed: Deed) => void} act
   * @param {(keys: [string, number][]) => void} burst  what a reader typed, each key with its time in seconds
   */
  constructor(speech, act, burst) {
    this._deeds = Object.assign({}, AT_ONCE, { [speech.off]: "speech_off" }, { [speech.on]: "speech" });
    this._act = act;
    this._burst = burst;
    /** @type {[string, number][]} */
    this._typed = [];
    this._settling = 0;
  }

  listen() {
    document.addEventListener("keydown", (event) => this._down(event), true);
    // The space bar presses what has the focus when it is let go.
    document.addEventListener("keyup", (event) => isTyped(event) && event.preventDefault(), true);
    return this;
  }

  /** @param {KeyboardEvent} event */
  _down(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const deed = this._deeds[event.key];
    if (deed) {
      event.preventDefault();
      if (!event.repeat || deed === "next" || deed === "previous") this._act(deed);
    } else if (isTyped(event) || (event.key === "Tab" && this._isTyping(event.timeStamp))) {
      event.preventDefault();
      if (!event.repeat) this._type(event);
    } else if (event.key === "Tab") {
      // As the arrows do: what covers the page keeps the focus within it.
      event.preventDefault();
      this._act(event.shiftKey ? "previous" : "next");
    }
  }

  /** @param {number} at */
  _isTyping(at) {
    return this._typed.length > 0 && at - this._typed[this._typed.length - 1][1] * 1000 <= LONGEST_GAP_MS;
  }

  /** @param {KeyboardEvent} event */
  _type(event) {
    if (!this._isTyping(event.timeStamp)) this._settle();
    this._typed.push([event.key, event.timeStamp / 1000]);
    clearTimeout(this._settling);
    this._settling = window.setTimeout(() => this._settle(), SETTLE_MS);
  }

  _settle() {
    const typed = this._typed;
    this._typed = [];
    clearTimeout(this._settling);
    if (typed.length > 1) this._burst(typed);
    else if (typed.length === 1) this._act(typed[0][0] === "Enter" || typed[0][0] === " " ? "choose" : typed[0][0]);
  }
}

/** @param {KeyboardEvent} event */
function isTyped(event) {
  return event.key.length === 1 || event.key === "Enter";
}
