/** Branch and hours: what it is called, when its doors are open, and on which days that is different. */

import { t } from "../shared/boot.js";
import { el, say } from "../shared/dom.js";
import { calendar } from "./set_up_calendar.js";
import { WEEKDAYS } from "./set_up_document.js";
import { choiceInput, field, names, room, textInput, tick } from "./set_up_fields.js";
import { block } from "./set_up_page_parts.js";
import { spanInputs } from "./set_up_span.js";

/** @typedef {import("./set_up_desk.js").Desk} Desk */
/** @typedef {import("./set_up_document.js").SetUp} SetUp */

/** @param {Desk} desk */
export function hours(desk) {
  return [
    block("name", t("office.set_up.hours.name_about"), [
      names(desk, "branch.name", t("office.set_up.hours.branch_name")),
      el(
        "div",
        { class: "fields" },
        field("branch.time_zone", t("office.set_up.hours.time_zone"), zoneInput(desk)),
        field("branch.currency", t("office.set_up.hours.currency"), currencyInput(desk)),
      ),
    ]),
    block("week", t("office.set_up.hours.week_about"), [usual(desk), week(desk), room("hours")]),
    block("year", t("office.set_up.hours.year_about"), calendar(desk)),
  ];
}

/** @param {Desk} desk */
function zoneInput(desk) {
  const zones = Intl.supportedValuesOf("timeZone").map((zone) => ({ value: zone, words: zone.replaceAll("_", " ") }));
  return choiceInput(desk, "branch.time_zone", zones);
}

/** @param {Desk} desk */
function currencyInput(desk) {
  return textInput(desk, "branch.currency", { class: "input input--short", maxlength: 4 });
}

/** @param {Desk} desk */
function usual(desk) {
  return el(
    "div",
    { class: "week__usual" },
    el("span", { class: "week__day" }, t("office.set_up.hours.usual")),
    spanInputs(desk, "hours", t("office.set_up.hours.usual")),
    room("hours.opens"),
    room("hours.closes"),
  );
}

/** @param {Desk} desk */
function week(desk) {
  return el("ul", { class: "week" }, WEEKDAYS.map((day) => weekday(desk, day)));
}

/**
 * @param {Desk} desk
 * @param {string} day
 */
function weekday(desk, day) {
  const { open_days: open, days = {} } = desk.document.hours;
  const isOpen = open.includes(day);
  const own = isOpen && days[day] !== undefined;
  const name = t(`shared.weekday.${WEEKDAYS.indexOf(day)}`);
  const path = `hours.days.${day}`;
  const opening = tick(desk, `open.${day}`, isOpen, name, (on) => openOn(desk, day, on));
  const owning = tick(desk, `own.${day}`, own, t("office.set_up.hours.own"), (on) => ownHours(desk, day, on));
  return el(
    "li",
    { class: "week__row" },
    el("span", { class: "week__day" }, opening),
    own ? spanInputs(desk, path, name) : plainSpan(desk, isOpen),
    isOpen && owning,
    room(path),
    room(`${path}.opens`),
    room(`${path}.closes`),
  );
}

/**
 * What follows from the usual hours: it changes with them.
 * @param {Desk} desk
 * @param {boolean} isOpen
 */
function plainSpan(desk, isOpen) {
  const words = el("span", { class: "week__as-usual" });
  desk.alive(() => {
    const { opens, closes } = desk.document.hours;
    say(words, isOpen ? `${opens} – ${closes}` : t("office.set_up.hours.closed"));
  });
  return words;
}

/**
 * @param {Desk} desk
 * @param {string} day
 * @param {boolean} on
 */
function openOn(desk, day, on) {
  desk.draft.edit(({ hours: week }) => {
    week.open_days = WEEKDAYS.filter((other) => (other === day ? on : week.open_days.includes(other)));
    if (!on) forgetDay(week, day);
  });
}

/**
 * @param {Desk} desk
 * @param {string} day
 * @param {boolean} on
 */
function ownHours(desk, day, on) {
  desk.draft.edit(
    ({ hours: week }) => {
      if (on) week.days = { ...week.days, [day]: { opens: week.opens, closes: week.closes } };
      else forgetDay(week, day);
    },
    on ? `hours.days.${day}.opens` : undefined,
  );
}

/**
 * @param {import("./set_up_document.js").Week} week
 * @param {string} day
 */
function forgetDay(week, day) {
  if (week.days) delete week.days[day];
}
