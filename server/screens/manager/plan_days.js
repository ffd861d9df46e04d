/** Which day is planned: today, tomorrow, or one of the days after. */

import { language, t } from "../shared/boot.js";
import { el, fill } from "../shared/dom.js";
import { zoneFormat } from "../shared/zones.js";

/** @typedef {{day: string, open: boolean, utc: number}} PlanDay  `utc`: its midnight, as if it were in UTC */

const DAYS = 8;
const DAY_MS = 24 * 3600 * 1000;

/**
 * The days that can be planned from now on, by the branch's own calendar.
 * @param {import("../shared/types.js").Branch} branch
 * @param {number} now
 * @returns {PlanDay[]}
 */
export function daysFrom(branch, now) {
  const today = zoneFormat("en-CA", branch.time_zone, { year: "numeric", month: "2-digit", day: "2-digit" }).format(now);
  return Array.from({ length: DAYS }, (_, ahead) => {
    const utc = Date.parse(`${today}T00:00:00Z`) + ahead * DAY_MS;
    const weekday = (new Date(utc).getUTCDay() + 6) % 7;
    return { day: new Date(utc).toISOString().slice(0, 10), open: branch.open_days.includes(weekday), utc };
  });
}

export class DayPicker {
  /** @param {(day: string) => void} choose */
  constructor(choose) {
    this._choose = choose;
    this.element = el("div", { class: "plan__days", role: "group" });
  }

  /**
   * @param {PlanDay[]} days
   * @param {string} chosen
   * @param {(day: string) => boolean} unsaved  whether something of that day has not been kept
   */
  draw(days, chosen, unsaved) {
    this.element.setAttribute("aria-label", t("manager.plan.day"));
    const held = document.activeElement?.getAttribute("data-day");
    fill(this.element, days.map((one, ahead) => this._button(one, ahead, chosen, unsaved(one.day))));
    if (held) /** @type {HTMLElement | null} */ (this.element.querySelector(`[data-day="${held}"]`))?.focus();
  }

  /**
   * @param {PlanDay} one
   * @param {number} ahead
   * @param {string} chosen
   * @param {boolean} unsaved
   */
  _button({ day, open, utc }, ahead, chosen, unsaved) {
    const name = ahead < 2 ? t(`manager.plan.${ahead ? "tomorrow" : "today"}`) : words(utc, { weekday: "short" });
    const below = open ? words(utc, { day: "numeric", month: "short" }) : t("manager.plan.closed");
    const state = { "aria-pressed": String(day === chosen), disabled: !open, "data-unsaved": unsaved };
    const button = el("button", { class: "plan__day", type: "button", "data-day": day, ...state }, el("b", null, name));
    button.append(el("span", null, below), unsaved ? el("span", { class: "unseen" }, t("manager.plan.unsaved")) : "");
    button.onclick = () => this._choose(day);
    return button;
  }
}

/**
 * @param {number} utc
 * @param {Intl.DateTimeFormatOptions} options
 */
function words(utc, options) {
  const locale = language() === "zh" ? "zh-CN" : "en-GB";
  return new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options }).format(utc);
}
