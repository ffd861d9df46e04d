/** One class of counters from left to right: who waits, who serves, and what has been measured. */

import { t } from "../shared/boot.js";
import { el, fill, say } from "../shared/dom.js";
import { Rows } from "../staff/rows.js";
import { classWords } from "./advice_words.js";
import { CounterTile } from "./counter_tile.js";
import { crowd, queueBlock } from "./queue_block.js";
import { rateBlock } from "./rate_block.js";
import { targetLine } from "./target_line.js";

/** @typedef {import("../shared/hall_state.js").HallState} HallState */
/** @typedef {import("../shared/types.js").Counter} Counter */

/**
 * @typedef {Object} LaneView
 * @property {string} key  the class
 * @property {HallState} hall
 * @property {import("../shared/clock.js").ServerClock} clock
 * @property {import("./figures.js").Reckoning | null} reckoning
 * @property {import("./figures.js").Slot[]} slots  the day so far
 * @property {(counterId: string) => string | null} freeSince
 */

export class Lane {
  /**
   * @param {string} key
   * @param {(counter: Counter) => void} open  the menu of a counter
   * @param {(key: string) => void} details
   */
  constructor(key, open, details) {
    this._name = el("h3", { class: "lane__name" });
    this._queues = el("div", { class: "lane__queues" });
    this._tiles = el("ol", { class: "lane__counters" });
    this._rates = el("div", { class: "lane__rates" });
    this._target = el("div", { class: "target", hidden: true });
    this._details = el("button", { class: "button lane__details", type: "button" }, "›");
    this._details.onclick = () => details(key);
    const left = el("div", { class: "lane__left" }, this._name, this._queues);
    const right = el("div", { class: "lane__right" }, this._rates, this._details);
    this.element = el("section", { class: "lane panel", "data-class": key }, left, this._tiles, right, this._target);
    this._rows = new Rows(
      this._tiles,
      (/** @type {{counter: Counter, view: LaneView}} */ item) => item.counter.id,
      () => new CounterTile(open),
    );
  }

  /** @param {LaneView} view */
  draw(view) {
    say(this._name, classWords(view.key));
    this._details.title = t("manager.details");
    this._details.setAttribute("aria-label", `${t("manager.details")}: ${classWords(view.key)}`);
    fill(this._queues, queueBlock(view));
    fill(this._rates, rateBlock(view.reckoning, view.slots));
    this._drawTarget(view);
    this._rows.draw(countersOf(view.hall, view.key).map((counter) => ({ counter, view })));
  }

  /** @param {LaneView} view */
  _drawTarget({ key, hall, clock, reckoning }) {
    const line = targetLine(reckoning?.rates.target, crowd(hall, clock, key).waiting);
    this._target.hidden = line.length === 0;
    fill(this._target, line);
  }
}

/**
 * @param {HallState} hall
 * @param {string} key
 */
export function countersOf(hall, key) {
  const counters = [...hall.counters.values()].filter((counter) => counter.counter_class === key);
  return counters.sort((a, b) => a.number - b.number);
}
