/** The counters of a plan, a brick for each, by half-hour: to be set by pressing or dragging, or with the arrow keys. */

import { t, tCount } from "../shared/boot.js";
import { el, fill, say } from "../shared/dom.js";
import { minutesWords } from "./numbers.js";

/** @typedef {import("./plan_calls.js").Evaluation} Evaluation */

/**
 * @typedef {Object} Hands  what a manager does to the bars
 * @property {() => void} begin  a change begins
 * @property {(at: number, counters: number) => void} set
 * @property {(at: number) => void} choose  this half-hour is looked at
 * @property {() => void} undo
 *
 * @typedef {Object} BarsView
 * @property {string[]} times  of the half-hours' beginnings, and of the last one's end
 * @property {number[]} counters
 * @property {number[]} left  of them, those that would be open if nobody acted
 * @property {number[]} beside  the plan that is compared with
 * @property {number} least
 * @property {number} most
 * @property {number} chosen
 * @property {number | null} now
 * @property {Evaluation} evaluation
 */

const TALLEST = 176;
const TALLEST_BRICK = 40;

export class PlanBars {
  /** @param {Hands} hands */
  constructor(hands) {
    this._hands = hands;
    this._most = 0;
    /** @type {Column[]} */
    this._columns = [];
    /** @type {{at: number, level: number, moved: boolean} | null} */
    this._press = null;
    this.element = el("div", { class: "bars" });
    this.element.onpointerdown = (event) => this._down(event);
    this.element.onpointermove = (event) => this._move(event);
    this.element.onpointerup = () => this._up();
    this.element.onpointercancel = () => (this._press = null);
    this.element.onkeydown = (event) => this._key(event);
    // Who reads the screen by ear goes from one to the next without a key.
    this.element.addEventListener("focusin", (event) => this._focused(event));
  }

  /** @param {BarsView} view */
  draw(view) {
    if (this._columns.length !== view.times.length - 1 || this._most !== view.most) this._build(view);
    this._view = view;
    this._columns.forEach((column, at) => column.draw(view, at));
  }

  focus() {
    this._columns[this._view?.chosen ?? 0]?.element.focus({ preventScroll: true });
  }

  /** @param {BarsView} view */
  _build({ times, most }) {
    this._most = most;
    const brick = Math.max(6, Math.min(TALLEST_BRICK, Math.floor(TALLEST / Math.max(1, most))));
    this.element.style.setProperty("--brick", `${brick}px`);
    this._columns = times.slice(1).map((_, at) => new Column(at, most));
    fill(this.element, this._columns.map((column) => column.element));
  }

  /**
   * Which half-hour the pointer is over, and which number of counters it points at.
   * @param {PointerEvent} event
   */
  _under({ clientX, clientY }) {
    const boxes = this._columns.map((column) => column.element.getBoundingClientRect());
    const inside = boxes.findIndex((box) => clientX < box.right);
    const at = inside < 0 ? boxes.length - 1 : inside;
    const { bottom, height } = boxes[at];
    return { at, level: Math.ceil(((bottom - clientY) / height) * this._most) };
  }

  /** @param {PointerEvent} event */
  _down(event) {
    if (event.button !== 0 || !this._view) return;
    const { at, level } = this._under(event);
    this.element.setPointerCapture(event.pointerId);
    this._press = { at, level, moved: false };
    this._hands.choose(at);
    this._hands.begin();
    if (level !== this._view.counters[at]) {
      this._press.moved = true;
      this._hands.set(at, level);
    }
    this.focus();
    event.preventDefault();
  }

  /** @param {PointerEvent} event */
  _move(event) {
    if (!this._press) return;
    const { at, level } = this._under(event);
    if (at === this._press.at && level === this._press.level) return;
    this._press = { at, level, moved: true };
    this._hands.choose(at);
    this._hands.set(at, level);
  }

  /** The topmost brick, pressed and let go, is taken off. */
  _up() {
    const press = this._press;
    this._press = null;
    if (press && !press.moved) this._hands.set(press.at, press.level - 1);
  }

  /** @param {FocusEvent} event */
  _focused({ target }) {
    const at = this._columns.findIndex((column) => column.element === target);
    if (at >= 0 && at !== this._view?.chosen) this._hands.choose(at);
  }

  /** @param {KeyboardEvent} event */
  _key(event) {
    const view = this._view;
    if (!view) return;
    const { chosen, counters, least, most } = view;
    const steps = { ArrowUp: counters[chosen] + 1, ArrowDown: counters[chosen] - 1, Home: least, End: most };
    const side = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const level = steps[/** @type {keyof typeof steps} */ (event.key)];
    if (event.key === "z" && (event.ctrlKey || event.metaKey)) this._hands.undo();
    else if (side) this._hands.choose((chosen + side + counters.length) % counters.length);
    else if (level !== undefined) {
      this._hands.begin();
      this._hands.set(chosen, level);
    } else return;
    if (side) this.focus();
    event.preventDefault();
  }
}

/** One half-hour. */
class Column {
  /**
   * @param {number} at
   * @param {number} most
   */
  constructor(at, most) {
    this._bricks = Array.from({ length: most }, () => el("i", { class: "bars__brick" }));
    this._mark = el("i", { class: "bars__mark" });
    this._number = el("b", { class: "bars__number", "aria-hidden": "true" });
    const parts = [...this._bricks].reverse();
    this.element = el("div", { class: "bars__column", role: "slider", "data-at": at }, parts, this._mark, this._number);
    this.element.setAttribute("aria-orientation", "vertical");
  }

  /**
   * @param {BarsView} view
   * @param {number} at
   */
  draw({ times, counters, left, beside, least, most, chosen, now, evaluation }, at) {
    const { element } = this;
    const wait = evaluation.slots[at].wait_min;
    const told = tCount("manager.plan.bar_value", counters[at], { wait: minutesWords(wait) });
    const label = t("manager.plan.bar", { start: times[at], end: times[at + 1] });
    const attributes = { "aria-valuemin": least, "aria-valuemax": most, "aria-valuenow": counters[at] };
    Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, String(value)));
    element.setAttribute("aria-label", label);
    element.setAttribute("aria-valuetext", told);
    element.tabIndex = at === chosen ? 0 : -1;
    element.toggleAttribute("data-chosen", at === chosen);
    element.toggleAttribute("data-now", at === now);
    element.toggleAttribute("data-other", counters[at] !== beside[at]);
    element.toggleAttribute("data-missing", left[at] < counters[at]);
    element.style.setProperty("--level", String(counters[at]));
    element.style.setProperty("--beside", String(beside[at]));
    this._bricks.forEach((brick, below) => {
      brick.toggleAttribute("data-on", below < counters[at]);
      brick.toggleAttribute("data-missing", below < counters[at] && below >= left[at]);
    });
    say(this._number, String(counters[at]));
  }
}
