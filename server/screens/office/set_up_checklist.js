/** Open for business: what a new branch still needs, until it has it. */

import { get, Refused } from "../shared/api.js";
import { t } from "../shared/boot.js";
import { el, fill } from "../shared/dom.js";
import { icon } from "../shared/icons.js";
import { address } from "./set_up_address.js";

/** @typedef {import("./types.js").Office} Office */
/** @typedef {{key: string, done: boolean, href: string | null}} Step  href: null where this person may not go */

const KEPT = "callboard.checklist.";

/** From now on this branch is shown its checklist here. @param {string} branch */
export function beginChecklist(branch) {
  try {
    localStorage.setItem(KEPT + branch, "open");
  } catch {
    // The list is a help; a window that keeps nothing goes without it.
  }
}

/** @param {Office} office */
export function checklist(office) {
  const place = el("div", null);
  if (isWanted(office.word)) draw(place, office);
  return place;
}

/** @param {string} branch */
function isWanted(branch) {
  try {
    return localStorage.getItem(KEPT + branch) === "open";
  } catch {
    return false;
  }
}

/**
 * @param {HTMLElement} place
 * @param {Office} office
 */
async function draw(place, office) {
  const steps = await stepsOf(office);
  const close = () => {
    localStorage.removeItem(KEPT + office.word);
    fill(place);
  };
  const ready = steps.every((step) => step.done);
  const words = t("office.set_up.checklist.close");
  fill(
    place,
    el(
      "section",
      { class: "checklist", "aria-label": t("office.set_up.checklist.title") },
      el(
        "header",
        { class: "checklist__head" },
        el("h2", null, t(ready ? "office.set_up.checklist.ready" : "office.set_up.checklist.title")),
        el("button", { class: "row-key", type: "button", "aria-label": words, title: words, onclick: close }, icon("remove")),
      ),
      el("ol", { class: "checklist__steps" }, steps.map(stepItem)),
    ),
  );
}

/** @param {Step} step */
function stepItem({ key, done, href }) {
  const words = t(`office.set_up.checklist.${key}`);
  return el(
    "li",
    { class: "checklist__step", "data-done": String(done), "data-step": key },
    el("span", { class: "checklist__mark" }, done && icon("check")),
    el(
      "span",
      null,
      href === null ? el("b", null, words) : el("a", { href }, words),
      el("small", null, t(done ? "office.set_up.checklist.done" : `office.set_up.checklist.${key}_note`)),
    ),
  );
}

/**
 * @param {Office} office
 * @returns {Promise<Step[]>}
 */
async function stepsOf({ word, may }) {
  const asked = ["devices", "people", "snapshot"].map((part) => found(`branches/${encodeURIComponent(word)}/${part}`));
  const [devices, people, hall] = await Promise.all(asked);
  /** @type {import("../shared/types.js").Counter[]} */
  const counters = hall?.snapshot.counters ?? [];
  const open = counters.some((counter) => counter.status === "open" && counter.counter_class !== "self_service");
  return [
    { key: "devices", done: (devices?.devices ?? []).length > 0, href: "#devices" },
    { key: "people", done: (people?.people ?? []).some((/** @type {any} */ one) => !one.everywhere), href: "#people" },
    { key: "counter", done: open, href: may.has("screen_teller") ? address("teller", word) : null },
  ];
}

/**
 * What is there; null where this person may not know.
 * @param {string} path
 */
async function found(path) {
  try {
    return await get(path);
  } catch (problem) {
    if (!(problem instanceof Refused)) throw problem;
    return null;
  }
}
