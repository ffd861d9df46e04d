/** The year at a glance, and the days of it that are unlike others: holidays, and days with hours of their own. */

import { t } from "../shared/boot.js";
import { el, fill } from "../shared/dom.js";
import { dateWords, dayLetters, daysBetween, iso, later, monthWords, today, weekdayOf } from "./set_up_dates.js";
import { addKey, choiceInput, removeKey, room } from "./set_up_fields.js";
import { spanInputs } from "./set_up_span.js";
import { nothing } from "./set_up_page_parts.js";

/** @typedef {import("./set_up_desk.js").Desk} Desk */

/** @param {Desk} desk */
export function calendar(desk) {
  const year = desk.chosen.year ?? Number(today(desk.document.branch.time_zone).slice(0, 4));
  return [adding(desk), list(desk, year), picture(desk, year)];
}

/**
 * From one day to another, closed: what most holidays are.
 * @param {Desk} desk
 */
function adding(desk) {
  const attributes = { type: "date", class: "input", disabled: !desk.mayChange, min: today(desk.document.branch.time_zone) };
  const from = el("input", { ...attributes, "data-key": "special.from", "aria-label": t("office.set_up.year.from") });
  const to = el("input", { ...attributes, "data-key": "special.to", "aria-label": t("office.set_up.year.to") });
  const add = () => {
    if (!from.value) return from.focus();
    const days = daysBetween(from.value, to.value || from.value);
    desk.draft.edit(({ hours }) => {
      hours.special = sorted({ ...hours.special, ...Object.fromEntries(days.map((day) => [day, "closed"])) });
    }, "special.from");
  };
  from.onkeydown = to.onkeydown = (event) => event.key === "Enter" && add();
  return el(
    "div",
    { class: "year__adding" },
    el("label", null, t("office.set_up.year.from"), from),
    el("label", null, t("office.set_up.year.to"), to),
    addKey(desk, "special.add", t("office.set_up.year.add"), add),
  );
}

/**
 * @param {Desk} desk
 * @param {number} year
 */
function list(desk, year) {
  const days = Object.keys(desk.document.hours.special ?? {}).filter((day) => Number(day.slice(0, 4)) >= year).sort();
  if (days.length === 0) return nothing(t("office.set_up.year.none"));
  return el("ul", { class: "year__list" }, days.map((day) => specialDay(desk, day)));
}

/**
 * @param {Desk} desk
 * @param {string} day
 */
function specialDay(desk, day) {
  const path = `hours.special.${day}`;
  const { opens, closes, special = {} } = desk.document.hours;
  const isClosed = special[day] === "closed";
  const kinds = ["closed", "hours"].map((kind) => ({ value: kind, words: t(`office.set_up.year.${kind}`) }));
  const choice = choiceInput(desk, path, kinds, { "aria-label": dateWords(day) }, (kind) =>
    desk.draft.edit(({ hours }) => {
      hours.special = { ...hours.special, [day]: kind === "closed" ? "closed" : { opens, closes } };
    }),
  );
  choice.value = isClosed ? "closed" : "hours";
  choice.querySelectorAll("option").forEach((option) => !["closed", "hours"].includes(option.value) && option.remove());
  return el(
    "li",
    { class: "year__day" },
    el("span", { class: "year__date" }, dateWords(day)),
    choice,
    !isClosed && spanInputs(desk, path, dateWords(day)),
    removeKey(desk, `${path}`, dateWords(day), () => usualAgain(desk, day)),
    room(path),
    room(`${path}.opens`),
    room(`${path}.closes`),
  );
}

/**
 * @param {Desk} desk
 * @param {string} day
 */
function usualAgain(desk, day) {
  desk.draft.edit(({ hours }) => {
    if (hours.special) delete hours.special[day];
  }, "special.from");
}

/**
 * @param {Desk} desk
 * @param {number} year
 */
function picture(desk, year) {
  const months = el("div", { class: "year__months" });
  const title = el("b", { class: "year__number", "aria-live": "polite" });
  const draw = (/** @type {number} */ shown) => {
    desk.chosen.year = shown;
    title.textContent = String(shown);
    fill(months, Array.from({ length: 12 }, (_, month) => monthPicture(desk, shown, month)));
  };
  const turn = (/** @type {number} */ by) => draw(Number(title.textContent) + by);
  draw(year);
  months.onkeydown = (event) => walk(event, months);
  return el(
    "div",
    { class: "year" },
    el(
      "div",
      { class: "year__head" },
      turnKey("before", "‹", () => turn(-1)),
      title,
      turnKey("after", "›", () => turn(1)),
      el("span", { class: "year__legend" }, ["open", "shut", "closed", "hours"].map(legend)),
    ),
    months,
  );
}

/**
 * @param {"before" | "after"} way
 * @param {string} face
 * @param {() => void} press
 */
function turnKey(way, face, press) {
  const words = t(`office.set_up.year.${way}`);
  return el("button", { type: "button", class: "row-key", "aria-label": words, title: words, onclick: press }, face);
}

/** @param {string} kind */
function legend(kind) {
  return el("span", { class: "year__key" }, el("i", { "data-kind": kind }), t(`office.set_up.year.key.${kind}`));
}

/**
 * @param {Desk} desk
 * @param {number} year
 * @param {number} month
 */
function monthPicture(desk, year, month) {
  const first = iso(year, month, 1);
  const days = daysBetween(first, later(iso(year, month + 1, 1), -1));
  const gap = (new Date(first).getUTCDay() + 6) % 7;
  const cells = days.map((day) => dayKey(desk, day));
  cells[0].style.gridColumnStart = String(gap + 1);
  return el(
    "div",
    { class: "month", role: "group", "aria-label": `${monthWords(year, month)} ${year}` },
    el("b", { class: "month__name", "aria-hidden": "true" }, monthWords(year, month)),
    dayLetters().map((letter) => el("span", { class: "month__letter", "aria-hidden": "true" }, letter)),
    cells,
  );
}

/**
 * Pressed, a usual day becomes a holiday, and a day unlike others a usual one.
 * @param {Desk} desk
 * @param {string} day
 */
function dayKey(desk, day) {
  const kind = kindOf(desk, day);
  const press = () => {
    if (desk.document.hours.special?.[day] !== undefined) return usualAgain(desk, day);
    desk.draft.edit(({ hours }) => {
      hours.special = sorted({ ...hours.special, [day]: "closed" });
    }, `day.${day}`);
  };
  const label = `${dateWords(day)}, ${t(`office.set_up.year.key.${kind}`)}`;
  const isToday = day === today(desk.document.branch.time_zone);
  const known = { type: "button", "data-kind": kind, "data-key": `day.${day}`, "data-today": isToday };
  // One stop for the tabulator in each month; within it the arrows lead.
  const reach = { tabindex: day.endsWith("-01") ? 0 : -1, disabled: !desk.mayChange };
  return el("button", { class: "month__day", ...known, ...reach, "aria-label": label, onclick: press }, Number(day.slice(8)));
}

/**
 * @param {Desk} desk
 * @param {string} day
 */
function kindOf(desk, day) {
  const { special = {}, open_days: open } = desk.document.hours;
  if (special[day] !== undefined) return special[day] === "closed" ? "closed" : "hours";
  return open.includes(weekdayOf(day)) ? "open" : "shut";
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLElement} months
 */
function walk(event, months) {
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key];
  const here = document.activeElement;
  if (!step || !(here instanceof HTMLElement) || !here.dataset.key) return;
  const there = months.querySelector(`[data-key="day.${later(here.dataset.key.slice(4), step)}"]`);
  event.preventDefault();
  if (there instanceof HTMLElement) there.focus();
}

/** @param {Record<string, any>} days */
function sorted(days) {
  return Object.fromEntries(Object.entries(days).sort(([a], [b]) => (a < b ? -1 : 1)));
}
