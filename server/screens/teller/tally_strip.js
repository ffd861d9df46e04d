/** The day at this counter in one line. */

import { t } from "../shared/boot.js";
import { clockTime } from "../shared/clock.js";
import { el, say } from "../shared/dom.js";

export class TallyStrip {
  constructor() {
    this._since = el("p", { class: "label tally__since" });
    this._figures = ["served", "mean", "missed"].map((key) => figure(key));
    this.element = el("section", { class: "tally panel" }, this._since, this._figures.map((one) => one.element));
  }

  /**
   * @param {import("./day_book.js").Tally} tally
   * @param {string} timeZone
   */
  draw(tally, timeZone) {
    const since = tally.since ? clockTime(Date.parse(tally.since), timeZone) : "–";
    const minutes = tally.meanSeconds === null ? "–" : (tally.meanSeconds / 60).toFixed(1);
    say(this._since, t("teller.tally.since", { time: since }));
    const values = [String(tally.served), minutes === "–" ? minutes : t("teller.tally.minutes", { n: minutes })];
    [...values, String(tally.missed)].forEach((value, index) => this._figures[index].draw(value));
  }
}

/** @param {string} key */
function figure(key) {
  const value = el("dd", { class: "tally__value" });
  const label = el("dt", { class: "label" });
  return {
    element: el("dl", { class: "tally__figure" }, label, value),
    /** @param {string} words */
    draw(words) {
      say(label, t(`teller.tally.${key}`));
      say(value, words);
    },
  };
}
