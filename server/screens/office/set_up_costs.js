/** Costs: two questions a manager can answer, and what follows from them for the advisor. */

import { t } from "../shared/boot.js";
import { el, fill } from "../shared/dom.js";
import { classesOf } from "./set_up_document.js";
import { choiceInput, field, numberInput, room } from "./set_up_fields.js";
import { costPicture } from "./set_up_picture.js";
import { sentence } from "./set_up_sentence.js";

/** @typedef {import("./set_up_desk.js").Desk} Desk */

/** An opening that nobody has priced counts as twenty minutes of the counter. */
const OPENING_SHARE = 1 / 3;
const TEN_MINUTES_AN_HOUR = 6;
const POLICIES = ["lookahead", "day_plan", "mms", "so_tang", "static"];
const SHORT = { class: "input input--short" };

/** @param {Desk} desk */
export function costs(desk) {
  const parts = classesOf(desk.document).map((key) => classCosts(desk, key));
  return [el("p", { class: "section__about" }, t("office.set_up.costs.about")), room("classes"), ...parts];
}

/**
 * @param {Desk} desk
 * @param {string} key
 */
function classCosts(desk, key) {
  const path = `classes.${key}`;
  const currency = desk.document.branch.currency;
  const hour = key === "self_service" ? "machine_hour" : "counter_hour";
  return el(
    "section",
    { class: "block costs", "data-class": key, "aria-label": t(`class.${key}`) },
    el("h3", { class: "block__title" }, el("span", { class: "tag" }, t(`class.${key}`))),
    room(path),
    el(
      "div",
      { class: "costs__sides" },
      el(
        "div",
        { class: "costs__given" },
        question(`${path}.counter_cost`, hour, money(desk, `${path}.counter_cost`)),
        question(`${path}.waiting_cost`, "ten_minutes", tenMinutes(desk, `${path}.waiting_cost`)),
        follows(desk, key, currency),
        more(desk, path),
      ),
      costPicture(desk, key),
    ),
  );
}

/**
 * @param {string} path
 * @param {string} key
 * @param {HTMLElement} control
 */
function question(path, key, control) {
  return field(path, t(`office.set_up.costs.${key}`), control, t(`office.set_up.costs.${key}_note`));
}

/**
 * @param {Desk} desk
 * @param {string} path
 */
function money(desk, path) {
  const input = numberInput(desk, path, { min: 0, step: 1 }, SHORT);
  input.step = "any";
  return el("span", { class: "money" }, el("span", null, desk.document.branch.currency), input);
}

/**
 * Asked for ten minutes, which people can imagine; kept for an hour, as the advisor reckons.
 * @param {Desk} desk
 * @param {string} path
 */
function tenMinutes(desk, path) {
  const input = numberInput(desk, path, { min: 0 }, SHORT);
  const kept = desk.at(path);
  input.step = "any";
  input.value = kept === undefined || kept === null ? "" : String(round(kept / TEN_MINUTES_AN_HOUR));
  input.oninput = () => desk.draft.type(path, input.value === "" ? null : round(input.valueAsNumber * TEN_MINUTES_AN_HOUR));
  return el("span", { class: "money" }, el("span", null, desk.document.branch.currency), input);
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 100) / 100;
}

/**
 * What the advisor makes of it, in words and as two bars of one scale.
 * @param {Desk} desk
 * @param {string} key
 * @param {string} currency
 */
function follows(desk, key, currency) {
  const place = el("div", { class: "follows", "aria-live": "polite" });
  desk.alive(() => {
    const { counter_cost: counter, waiting_cost: waiting, opening_cost: opening } = desk.at(`classes.${key}`) ?? {};
    if (!(counter > 0) || !(waiting > 0)) return fill(place, el("p", null, t("office.set_up.costs.unknown")));
    const minutes = (counter / waiting) * 60;
    const told = {
      counter: amount(counter, currency),
      waiting: amount(waiting, currency),
      opening: amount(opening ?? counter * OPENING_SHARE, currency),
      minutes: Math.round(minutes),
    };
    fill(
      place,
      el("p", null, t(key === "self_service" ? "office.set_up.costs.follows_machine" : "office.set_up.costs.follows", told)),
      el("p", { class: "follows__figures" }, t("office.set_up.costs.figures", told)),
    );
  });
  return place;
}

/**
 * @param {number} value
 * @param {string} currency
 */
function amount(value, currency) {
  return `${currency}${round(value)}`;
}

/**
 * @param {Desk} desk
 * @param {string} path
 */
function more(desk, path) {
  const usual = round((desk.at(`${path}.counter_cost`) ?? 0) * OPENING_SHARE);
  const opening = numberInput(desk, `${path}.opening_cost`, { min: 0, optional: true }, { ...SHORT, placeholder: usual });
  opening.step = "any";
  const policies = POLICIES.map((key) => ({ value: key, words: t(`office.set_up.policy.${key}`) }));
  const target = numberInput(desk, `${path}.target_wait_min`, { min: 1, optional: true }, SHORT);
  const own = (/** @type {string} */ key) => ({ path: `${path}.${key}`, min: 0 });
  return el(
    "div",
    { class: "costs__more" },
    sentence(desk, "office.set_up.costs.expected", {
      people: own("expected_arrivals_per_hour"),
      minutes: own("expected_service_min"),
    }),
    sentence(desk, "office.set_up.costs.least", { counters: { ...own("min_counters"), usual: 1 } }),
    folded(
      desk,
      field(`${path}.opening_cost`, t("office.set_up.costs.opening"), opening, t("office.set_up.costs.opening_note")),
      field(`${path}.target_wait_min`, t("office.set_up.costs.target"), target, t("office.set_up.costs.target_note")),
      field(`${path}.policy`, t("office.set_up.costs.policy"), choiceInput(desk, `${path}.policy`, policies)),
    ),
  );
}

/**
 * What few need to change; once opened it stays so for all classes, also when the section is drawn anew.
 * @param {Desk} desk
 * @param {...HTMLElement} fields
 */
function folded(desk, ...fields) {
  const summary = el("summary", null, t("office.set_up.costs.more"));
  const inside = el("div", { class: "fields" }, fields);
  const details = el("details", { class: "folded", open: desk.chosen.more === 1 }, summary, inside);
  details.ontoggle = () => (desk.chosen.more = details.open ? 1 : 0);
  return details;
}
