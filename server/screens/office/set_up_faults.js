/** Each fault stands at its field, or as near to it as the page has one; and each section knows how many it has. */

import { name, t } from "../shared/boot.js";
import { fill } from "../shared/dom.js";

/** @typedef {import("./set_up_calls.js").Fault} Fault */
/** @typedef {import("./set_up_document.js").SetUp} SetUp */

/** @type {Record<string, string>} */
const SECTIONS = {
  branch: "hours",
  hours: "hours",
  services: "services",
  groups: "services",
  queues: "queues",
  counters: "counters",
  segments: "customers",
  rules: "customers",
  cards: "customers",
  classes: "costs",
  display: "lobby",
  wording: "lobby",
  privacy: "privacy",
};

/** @param {string} path */
export function sectionOf(path) {
  return path.startsWith("branch.languages") ? "lobby" : (SECTIONS[path.split(".")[0]] ?? "hours");
}

/**
 * @param {HTMLElement} root
 * @param {Fault[]} faults  of what is in sight; those of other sections find no place and are left out
 * @param {SetUp} document
 */
export function showFaults(root, faults, document) {
  /** @type {Map<Element, string[]>} */
  const told = new Map();
  const wrong = new Set();
  for (const fault of faults) {
    const place = roomFor(root, fault.path);
    if (!place) continue;
    const words = (told.get(place) ?? []).concat(inWords(fault, place, document));
    told.set(place, [...new Set(words)]);
    for (const path of upwards(fault.path)) wrong.add(path);
  }
  for (const place of root.querySelectorAll("[data-fault]")) {
    const sentences = told.get(place) ?? [];
    place.toggleAttribute("hidden", sentences.length === 0);
    const text = sentences.join(" ");
    if (place.textContent !== text) fill(place, text);
  }
  for (const field of root.querySelectorAll("[data-path]")) {
    if (wrong.has(field.getAttribute("data-path"))) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
}

/**
 * @param {HTMLElement} root
 * @param {string} path
 */
function roomFor(root, path) {
  for (const place of upwards(path)) {
    const found = root.querySelector(`[data-fault="${CSS.escape(place)}"]`);
    if (found) return found;
  }
  return null;
}

/**
 * "a.1.b" -> "a.1.b", "a.1", "a"
 * @param {string} path
 */
function upwards(path) {
  const keys = path.split(".");
  return keys.map((_, n) => keys.slice(0, keys.length - n).join("."));
}

/**
 * A fault that stands away from its field says of which thing it is.
 * @param {Fault} fault
 * @param {Element} place
 * @param {SetUp} document
 */
function inWords(fault, place, document) {
  const words = name(fault.words);
  const [part, n] = fault.path.split(".");
  if (part !== "counters" || n === undefined || place.getAttribute("data-fault") !== "counters") return words;
  const number = document.counters[Number(n)]?.number ?? "";
  return `${t("office.set_up.counters.named", { number })}: ${words}`;
}
