/** The live floor: a lane for each class of counters, under one line of headings. */

import { t } from "../shared/boot.js";
import { el, fill } from "../shared/dom.js";
import { countersOf, Lane } from "./lane.js";

/** @typedef {import("./lane.js").LaneView} LaneView */
/** @typedef {import("../shared/types.js").Counter} Counter */

const MOST_IN_A_ROW = 5;

export class Floor {
  /**
   * @param {string[]} classes
   * @param {(counter: Counter) => void} open
   * @param {(key: string) => void} details
   */
  constructor(classes, open, details) {
    this._head = el("header", { class: "floor__head" });
    this._lanes = new Map(classes.map((key) => /** @type {[string, Lane]} */ ([key, new Lane(key, open, details)])));
    const lanes = [...this._lanes.values()].map((lane) => lane.element);
    this.element = el("section", { class: "floor" }, this._head, lanes);
  }

  /** The headings, again in the page's language. */
  translate() {
    const measured = ["arrivals", "service", "busy", "wait"].map((key) => el("span", null, t(`manager.rates.${key}`)));
    fill(
      this._head,
      el("h2", null, t("manager.floor.queue")),
      el("h2", null, t("manager.floor.counters")),
      el("div", { class: "floor__rates", title: t("manager.rates.meaning") }, measured),
    );
  }

  /** @param {Omit<LaneView, "key" | "reckoning" | "slots"> & {figures: import("./figures.js").Figures | null}} view */
  draw({ figures, ...view }) {
    // As many columns as the largest class has counters, so that those of all classes stand below each other.
    const widest = Math.max(...[...this._lanes.keys()].map((key) => countersOf(view.hall, key).length));
    this.element.style.setProperty("--tiles", String(Math.min(MOST_IN_A_ROW, widest)));
    for (const [key, lane] of this._lanes) {
      const [reckoning, slots] = [figures?.advice_table[key] ?? null, figures?.history[key] ?? []];
      lane.draw({ ...view, key, reckoning, slots });
    }
  }
}
