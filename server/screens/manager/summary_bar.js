/** The hall in one line: how many wait, how long, how many counters are open; and the time. */

import { boot, language, name, t } from "../shared/boot.js";
import { clockTime, isOpen } from "../shared/clock.js";
import { el, fill, say } from "../shared/dom.js";
import { inState } from "../shared/hall_state.js";
import { icon } from "../shared/icons.js";
import { durationWords } from "../shared/waits.js";
import { languageKeys } from "../staff/language_keys.js";
import { capMinutes, crowd } from "./queue_block.js";

/** @typedef {import("../shared/hall_state.js").HallState} HallState */

export class SummaryBar {
  /** @param {HTMLElement} tabs  the sheets of the page */
  constructor(tabs) {
    this._branch = el("h1", { class: "bar__title" });
    this._hours = el("p", { class: "bar__hours" });
    this._figures = ["waiting", "longest", "over", "served", "open_counters"].map((key) => figure(key));
    this._languages = el("span", { class: "bar__languages" });
    this._time = el("time", { class: "bar__time" });
    this._office = (boot.may || []).includes("screen_office") ? el("a", { class: "bar__office" }) : null;
    const figures = el("div", { class: "bar__figures" }, this._figures.map((one) => one.element));
    const names = el("div", { class: "bar__names" }, this._branch, this._hours);
    this.element = el("header", { class: "bar" }, names, tabs, figures, this._office, this._languages, this._time);
  }

  /** @param {HallState} hall */
  translate(hall) {
    say(this._branch, name(hall.branch.name));
    fill(this._languages, languageKeys());
    if (!this._office) return;
    const query = new URLSearchParams({ branch: boot.branch_id, lang: language() });
    this._office.href = `/office?${query}`;
    fill(this._office, icon("sliders"), el("span", null, t("manager.office")));
  }

  /**
   * @param {HallState} hall
   * @param {import("../shared/clock.js").ServerClock} clock
   */
  draw(hall, clock) {
    const { opens, closes } = hall.branch;
    const hours = { opens: opens.slice(0, 5), closes: closes.slice(0, 5) };
    const { waiting, longest, over } = crowd(hall, clock);
    const counters = [...hall.counters.values()];
    const open = counters.filter((counter) => counter.status === "open").length;
    say(this._hours, t(isOpen(hall.branch, clock.now()) ? "manager.bar.open" : "manager.bar.closed", hours));
    say(this._time, clockTime(clock.now(), hall.branch.time_zone));
    const values = [
      String(waiting),
      waiting ? durationWords(longest) : "–",
      String(over),
      String(inState(hall, "serving").length),
      `${open} / ${counters.length}`,
    ];
    values.forEach((value, index) => this._figures[index].draw(value, { cap: capMinutes(hall) }));
    this._figures[2].element.classList.toggle("bar__figure--alarm", over > 0);
  }
}

/** @param {string} key */
function figure(key) {
  const value = el("dd", null);
  const label = el("dt", null);
  return {
    element: el("dl", { class: "bar__figure" }, label, value),
    /**
     * @param {string} words
     * @param {Record<string, any>} params
     */
    draw(words, params) {
      say(value, words);
      say(label, t(`manager.bar.${key}`, params));
    },
  };
}
