/** A reader types what a badge says as a keyboard would, only faster than any hand, and ends with Enter. */

const GAP_MS = 80;
const LEAST = 4;

export class BadgeReader {
  /** @param {(badge: string) => void} read */
  constructor(read) {
    this._read = read;
    /** @type {{event: KeyboardEvent, target: EventTarget}[]} held back until it is clear whose they are */
    this._held = [];
    /** @type {number | undefined} */
    this._timer = undefined;
  }

  /**
   * From now on, wherever the focus is but in a field. Digits mean something to the console too, and Enter calls the
   * next customer: so they are held back for a moment, and given on if a hand has pressed them.
   */
  start() {
    document.addEventListener("keydown", (event) => this._hear(event), true);
  }

  /** @param {KeyboardEvent} event */
  _hear(event) {
    if (!event.isTrusted || event.target === null || isField(event.target)) return;
    const character = characterOf(event);
    const begins = character >= "0" && character <= "9" && !event.altKey && !event.ctrlKey && !event.metaKey;
    if (begins || (this._held.length > 0 && character !== "")) this._hold(event, event.target);
    else if (event.key === "Enter" && this._held.length >= LEAST) this._end(event);
    else if (event.key !== "Shift") this._giveOn();
  }

  /**
   * @param {KeyboardEvent} event
   * @param {EventTarget} target
   */
  _hold(event, target) {
    stop(event);
    this._held.push({ event, target });
    clearTimeout(this._timer);
    this._timer = window.setTimeout(() => this._giveOn(), GAP_MS);
  }

  /** @param {KeyboardEvent} event */
  _end(event) {
    stop(event);
    clearTimeout(this._timer);
    const badge = this._held.map((one) => characterOf(one.event)).join("");
    this._held = [];
    this._read(badge);
  }

  _giveOn() {
    clearTimeout(this._timer);
    const held = this._held;
    this._held = [];
    held.forEach(({ event, target }) => {
      const { key, code, shiftKey, altKey } = event;
      target.dispatchEvent(new KeyboardEvent("keydown", { key, code, shiftKey, altKey, bubbles: true, cancelable: true }));
    });
  }
}

/** @param {KeyboardEvent} event */
function stop(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

/**
 * What the key writes; with a Chinese input method on, `key` is "Process" and `code` still tells.
 * @param {KeyboardEvent} event
 */
function characterOf(event) {
  if (event.key.length === 1 && event.key !== " ") return event.key;
  const found = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
  return found && event.key === "Process" ? found[1] : "";
}

/** @param {EventTarget} target */
function isField(target) {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}
