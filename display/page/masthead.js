/** The top of the board: where this is, what time it is there, and whether it can be heard. */

import { calendarDay, clockTime } from "/screens/shared/clock.js";
import { el, fill, say } from "/screens/shared/dom.js";
import { icon } from "/screens/shared/icons.js";
import { both, bothLanguages, bothNames } from "./languages.js";

export class Masthead {
  /**
   * @param {Element} place
   * @param {() => import("/screens/shared/types.js").Branch} branch  as it is set up now
   */
  constructor(place, branch) {
    this._place = place;
    this._branch = branch;
    this._blocked = false;
    /** @type {HTMLElement} */
    this._sound = el("p");
    /** @type {HTMLElement[]} */
    this._days = [];
    this._time = el("p", { class: "masthead__time" });
    this.draw();
  }

  /** Anew: its name, or its languages, may be other ones. */
  draw() {
    this._sound = el("p", { class: "sound-off", hidden: !this._blocked }, icon("sound_off"), el("span", null, both("display.sound_off")));
    this._days = bothLanguages().map((lang, i) => el("span", { class: i === 0 ? "main" : "beside", lang }));
    fill(
      this._place,
      el("h1", { class: "masthead__branch" }, bothNames(this._branch().name)),
      this._sound,
      el("p", { class: "masthead__day" }, this._days),
      this._time,
    );
  }

  /** @param {number} now  server time */
  tick(now) {
    const zone = this._branch().time_zone;
    say(this._time, clockTime(now, zone));
    this._days.forEach((day) => say(day, calendarDay(now, zone, day.lang)));
  }

  /** @param {boolean} blocked */
  showSound(blocked) {
    this._blocked = blocked;
    this._sound.hidden = !blocked;
  }
}
