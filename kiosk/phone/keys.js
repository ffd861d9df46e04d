/** The two things a customer can ask for from afar; each says exactly what it does before it is done. */

import { command, newKey, Refused } from "/screens/shared/api.js";
import { language, t } from "/screens/shared/boot.js";
import { el, fill, say } from "/screens/shared/dom.js";

/** @typedef {import("./types.js").PhoneView} PhoneView */
/** @typedef {"more" | "leave"} Wish */

const PATHS = { more: "phone/more-time", leave: "phone/leave" };
const REFUSAL_SHOWN_MS = 10000;

export class Keys {
  /**
   * @param {HTMLElement} holder
   * @param {HTMLElement} refused  where a refusal is said
   * @param {(view: PhoneView) => void} done
   */
  constructor(holder, refused, done) {
    this._holder = holder;
    this._refused = refused;
    this._done = done;
    /** @type {PhoneView | null} */
    this._view = null;
    /** @type {Wish | null} */
    this._asking = null;
    this._key = "";
    this._busy = false;
    this._drawn = "";
    this._state = "";
    /** @type {number | undefined} */
    this._hiding = undefined;
  }

  /** @param {PhoneView | null} view  none: there is nothing to ask for */
  show(view) {
    this._view = view;
    const state = view === null ? "" : view.ticket.state;
    // What was asked a moment ago may mean something else now.
    if (state !== this._state && !this._busy) this._asking = null;
    this._state = state;
    const wishes = view === null ? [] : possible(view);
    if (this._asking !== null && !wishes.includes(this._asking)) this._asking = null;
    this._holder.hidden = wishes.length === 0;
    if (view === null) return;
    const key = [wishes, this._asking, this._busy, view.ticket.number, used(view), language()].join(" ");
    if (key === this._drawn) return;
    this._drawn = key;
    fill(this._holder, this._asking === null ? this._choice(view, wishes) : this._question(view, this._asking));
  }

  /**
   * @param {PhoneView} view
   * @param {Wish[]} wishes
   */
  _choice(view, wishes) {
    return [
      wishes.includes("more") && this._wishKey("more", "button"),
      used(view) && el("p", { class: "keys__used" }, t("phone.more.used")),
      wishes.includes("leave") && this._wishKey("leave", "button button--quiet keys__leave"),
    ];
  }

  /**
   * @param {Wish} wish
   * @param {string} look
   */
  _wishKey(wish, look) {
    const ask = () => {
      this._asking = wish;
      this._key = newKey();
      this._say("");
      this.show(this._view);
      const title = this._holder.querySelector("h2");
      if (title) title.focus();
      this._holder.scrollIntoView({ block: "nearest" });
    };
    return el("button", { class: look, type: "button", "data-wish": wish, onclick: ask }, t(`phone.${wish}`));
  }

  /**
   * @param {PhoneView} view
   * @param {Wish} wish
   */
  _question(view, wish) {
    const facts = { number: view.ticket.number, n: view.more_time.places };
    const yes = wish === "leave" ? "button button--bad keys__yes" : "button button--primary keys__yes";
    return el(
      "div",
      { class: "question", role: "group", "aria-labelledby": "question" },
      el("h2", { id: "question", class: "question__title", tabindex: "-1" }, t(`phone.${wish}.sure`, facts)),
      el("p", { class: "question__words" }, t(`phone.${wish}.means`, facts)),
      this._answerKey(yes, t(this._busy ? "phone.busy" : `phone.${wish}.yes`), () => this._do(wish)),
      this._answerKey("button keys__no", t(`phone.${wish}.no`), () => this._drop(wish)),
    );
  }

  /**
   * @param {string} look
   * @param {string} words
   * @param {() => void} onclick
   */
  _answerKey(look, words, onclick) {
    return el("button", { class: look, type: "button", disabled: this._busy, onclick }, words);
  }

  /** @param {Wish} wish */
  _drop(wish) {
    this._asking = null;
    this.show(this._view);
    const back = this._holder.querySelector(`[data-wish="${wish}"]`);
    if (back instanceof HTMLElement) back.focus();
  }

  /** @param {Wish} wish */
  async _do(wish) {
    this._busy = true;
    this.show(this._view);
    try {
      // The same key as long as the same question stands: pressed twice over a bad network, it is done once.
      const answer = await command(PATHS[wish], {}, { key: this._key });
      this._busy = false;
      this._asking = null;
      this._done(answer.view);
      this.show(this._view); // also where a newer view had come already
    } catch (error) {
      this._busy = false;
      if (!(error instanceof Refused)) throw error;
      if (error.status !== 0) this._asking = null;
      this._say(error.sentence());
      this.show(this._view);
    }
  }

  /** @param {string} sentence */
  _say(sentence) {
    clearTimeout(this._hiding);
    this._refused.hidden = sentence === "";
    say(this._refused, sentence);
    if (sentence !== "") this._hiding = window.setTimeout(() => this._say(""), REFUSAL_SHOWN_MS);
  }
}

/**
 * @param {PhoneView} view
 * @returns {Wish[]}
 */
function possible(view) {
  /** @type {Wish[]} */
  const wishes = [];
  const inTime = view.ticket.state === "waiting" || view.ticket.state === "called";
  if (inTime && view.more_time.left > 0) wishes.push("more");
  if (view.can_leave) wishes.push("leave");
  return wishes;
}

/** @param {PhoneView} view */
function used(view) {
  return view.ticket.state === "waiting" && view.more_time.left === 0;
}
