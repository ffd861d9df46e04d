/** The keys: one large one for the next customer, and one for everything else that may become of this one. */

import { t, tCount } from "../shared/boot.js";
import { el, say } from "../shared/dom.js";
import { isOffered, move } from "./moves.js";
import { keepFocus } from "../staff/focus.js";

/** @typedef {import("./moves.js").MoveId} MoveId */
/** @typedef {import("./desk.js").Desk} Desk */

/** @type {MoveId[]} */
const TICKET_KEYS = ["recall", "start", "finish", "no_show", "park", "resume", "return", "transfer"];

export class Keypad {
  /** @param {(id: MoveId) => void} press */
  constructor(press) {
    this._main = mainKey(press);
    this._keys = TICKET_KEYS.map((id) => keyFor(id, press));
    this._off = el("p", { class: "keypad__off" });
    const small = el("div", { class: "keypad__small" }, this._keys.map((key) => key.element));
    this.element = el("section", { class: "keypad" }, this._main.element, small, this._off);
  }

  /**
   * @param {Desk} desk
   * @param {import("./intents.js").Intents} intents
   * @param {boolean} stale
   */
  draw(desk, intents, stale) {
    this._main.draw(desk, intents);
    this._keys.forEach((key) => key.draw(desk, intents));
    this.element.classList.toggle("keypad--off", stale);
    say(this._off, stale ? t("teller.keys_off") : "");
  }
}

/**
 * A key that says what it does and by which letter, and is dead while it may not be used.
 * @param {MoveId} id
 * @param {(id: MoveId) => void} press
 * @param {string} [look]
 */
export function keyFor(id, press, look = "") {
  const label = el("span", { class: "key__label" });
  const hint = el("kbd", { class: "hint" }, move(id).letter);
  const element = el("button", { class: `button key ${look}`, type: "button", "data-move": id }, label, hint);
  element.onclick = () => press(id);
  element.onmousedown = keepFocus;
  return {
    element,
    /**
     * @param {Desk} desk
     * @param {import("./intents.js").Intents} intents
     */
    draw(desk, intents) {
      say(label, t(`teller.key.${id}`));
      show(element, id, desk, intents);
    },
  };
}

/**
 * Dead where the rules say so, or where the screen may show the past. A key that only waits for its answer keeps its
 * looks: for the few milliseconds that takes, a keypad that greys and returns would flicker at every press.
 * @param {HTMLButtonElement} element
 * @param {MoveId} id
 * @param {Desk} desk
 * @param {import("./intents.js").Intents} intents
 */
function show(element, id, desk, intents) {
  element.hidden = !isOffered(id);
  element.disabled = !move(id).allowed(desk) || !(intents.isLive() || id === "lock");
  element.classList.toggle("key--busy", intents.busy === id);
  element.classList.toggle("key--resting", intents.resting === id);
}

/** @param {(id: MoveId) => void} press */
function mainKey(press) {
  const label = el("span", { class: "next__label" });
  const detail = el("span", { class: "next__detail" });
  const hint = el("kbd", { class: "hint hint--large" });
  const text = el("span", { class: "next__text" }, label, detail);
  const element = el("button", { class: "button button--primary next", type: "button" }, text, hint);
  element.onmousedown = keepFocus;
  return {
    element,
    /**
     * @param {Desk} desk
     * @param {import("./intents.js").Intents} intents
     */
    draw(desk, intents) {
      const id = desk.mine && desk.counter.status === "open" ? "next" : "open";
      element.onclick = () => press(id);
      element.dataset.move = id;
      show(element, id, desk, intents);
      say(label, t(id === "next" ? "teller.key.next" : openKey(desk)));
      say(detail, id === "next" ? nextDetail(desk) : "");
      say(hint, id === "next" ? t("teller.space") : move(id).letter);
    },
  };
}

/** @param {Desk} desk */
function openKey(desk) {
  if (!desk.mine && desk.counter.status !== "closed") return "teller.key.take_over";
  return desk.counter.status === "paused" ? "teller.key.reopen" : "teller.key.open";
}

/** @param {Desk} desk */
function nextDetail(desk) {
  const waiting = desk.own.length || desk.helped.length;
  const here = desk.own.length > 0 || desk.helped.length === 0;
  const count = tCount(here ? "teller.waiting_own" : "teller.waiting_helped", waiting);
  return desk.current ? t("teller.finishes_first", { number: desk.current.number, count }) : count;
}
