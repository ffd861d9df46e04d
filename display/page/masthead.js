/** The top of the board: where this is, what time it is there, and whether it can be heard. */

import { boot } from "/screens/shared/boot.js";
import { calendarDay, clockTime } from "/screens/shared/clock.js";
import { el, fill, say } from "/screens/shared/dom.js";
import { icon } from "/screens/shared/icons.js";
import { both, bothLanguages, bothNames } from "./languages.js";

const branch = boot.snapshot.branch;

export class Masthead {
  /** @param {Element} place */
  constructor(place) {
    this._sound = el("p", { class: "sound-off", hidden: true }, icon("sound_off"), el("span", null, both("display.sound_off")));
    this._days = bothLanguages().map((lang, i) => el("span", { class: i === 0 ? "main" : "beside", lang }));
    this._time = el("p", { class: "masthead__time" });
    fill(
      place,
      el("h1", { class: "masthead__branch" }, bothNames(branch.name)),
      this._sound,
      el("p", { class: "masthead__day" }, this._days),
      this._time,
    );
  }

  /** @param {number} now  server time */
  tick(now) {
    say(this._time, clockTime(now, branch.time_zone));
    this._days.forEach((day) => say(day, calendarDay(now, branch.time_zone, day.lang)));
  }

  /** @param {boolean} blocked */
  showSound(blocked) {
    this._sound.hidden = !blocked;
  }
}
