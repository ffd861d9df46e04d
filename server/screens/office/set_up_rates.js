/** How many customers an hour the picture of the costs is drawn for: one of those known, or any other. */

import { t } from "../shared/boot.js";
import { el, fill, say } from "../shared/dom.js";
import { people } from "./set_up_picture_words.js";

/** @typedef {import("./set_up_draft_costs.js").Answer} Answer */
/** @typedef {import("./set_up_draft_costs.js").Source} Source */
/** @typedef {import("./set_up_draft_costs.js").Wish} Wish */

const OWN = "office.set_up.picture";
const MOST = 2000;

export class RateChoice {
  /**
   * @param {string} key  the class
   * @param {boolean} mayTry
   * @param {() => void} chosen
   */
  constructor(key, mayTry, chosen) {
    this._chosen = chosen;
    this._drawn = "";
    /** @type {Wish} */
    this.wish = { rates: "busiest", arrivals: null };
    this._name = el("label", { class: "rates__name", for: `rates-${key}` });
    const known = { class: "rates__slider", min: 0, step: 1, disabled: !mayTry, "data-key": `picture.${key}.slider` };
    this._slider = el("input", { ...known, type: "range" });
    const typed = { class: "input input--short", min: 0, max: MOST, step: "any", inputmode: "decimal", disabled: !mayTry };
    this._number = el("input", { ...typed, type: "number", id: `rates-${key}`, "data-key": `picture.${key}.number` });
    this._slider.oninput = () => this._try(this._slider.valueAsNumber);
    this._number.oninput = () => this._number.value !== "" && this._try(this._number.valueAsNumber);
    this._keys = el("div", { class: "rates__keys", role: "group" });
    this._origin = el("p", { class: "rates__origin" });
    const line = el("div", { class: "rates__line" }, this._name, this._slider, this._number);
    this.element = el("div", { class: "rates" }, line, this._keys, this._origin);
  }

  translate() {
    say(this._name, t(`${OWN}.arrivals`));
    this._slider.setAttribute("aria-label", t(`${OWN}.arrivals`));
    this._keys.setAttribute("aria-label", t(`${OWN}.arrivals`));
    this._drawn = "";
  }

  /**
   * @param {Answer} answer
   * @param {string} origin
   */
  draw({ told, wish }, origin) {
    say(this._origin, origin);
    this._drawKeys(told.draft);
    // What one types or slides is not moved by the answer to its last place.
    if (wish.arrivals === null && this.wish.arrivals === null) this._put(told.arrivals_per_hour, told.draft.known);
  }

  /**
   * @param {number} arrivals
   * @param {{arrivals_per_hour: number}[]} known
   */
  _put(arrivals, known) {
    const most = Math.max(20, ...known.map((one) => 2 * one.arrivals_per_hour));
    this._slider.max = String(Math.min(MOST, Math.ceil(most / 10) * 10));
    this._number.value = String(people(arrivals));
    this._mark(arrivals);
  }

  /** @param {number} arrivals */
  _mark(arrivals) {
    this._slider.valueAsNumber = arrivals;
    this._slider.style.setProperty("--at", String(arrivals / Number(this._slider.max)));
  }

  /** @param {number} arrivals */
  _try(arrivals) {
    if (!(arrivals >= 0 && arrivals <= MOST)) return;
    this.wish = { ...this.wish, arrivals };
    if (document.activeElement !== this._number) this._number.value = String(arrivals);
    if (arrivals > Number(this._slider.max)) this._slider.max = String(Math.min(MOST, Math.ceil(arrivals / 10) * 10));
    this._mark(arrivals);
    this._drawn = "";
    this._chosen();
  }

  /**
   * Drawn only when they change: drawn anew, a key would lose its focus.
   * @param {import("./set_up_draft_costs.js").Told["draft"]} draft
   */
  _drawKeys({ source, known }) {
    const pressed = this.wish.arrivals === null ? source : null;
    const drawn = JSON.stringify([known, pressed]);
    if (drawn === this._drawn) return;
    const held = this._keys.contains(document.activeElement) && document.activeElement?.getAttribute("data-source");
    this._drawn = drawn;
    const worthIt = known.length > 1 || pressed === null;
    fill(this._keys, worthIt && known.map((one) => this._key(one, one.source === pressed)));
    const again = held && this._keys.querySelector(`[data-source="${held}"]`);
    if (again instanceof HTMLElement) again.focus();
  }

  /**
   * @param {import("./set_up_draft_costs.js").KnownRates} rates
   * @param {boolean} pressed
   */
  _key({ source, arrivals_per_hour: arrivals }, pressed) {
    const press = () => {
      this.wish = { rates: source, arrivals: null };
      this._chosen();
    };
    const attributes = { class: "rates__key", type: "button", "data-source": source, "aria-pressed": String(pressed) };
    return el("button", { ...attributes, onclick: press }, t(`${OWN}.key.${source}`), el("b", null, people(arrivals)));
  }
}
