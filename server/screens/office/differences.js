/** What differs between two states, field by field, in words where there are words. */

import { boot, language, name, nameIn, t } from "../shared/boot.js";
import { moment } from "./parts.js";

/** @typedef {{path: string, before: string | null, after: string | null}} Difference */

const MOST = 60;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;
const DIGEST = /^[0-9a-f]{64}$/;
const NOTHING = "74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b"; // the digest of null
// Said already by the line itself, or of use to the system alone; the saved file has them all.
const UNSAID = new Set(
  "id visit_id ticket_id branch_id epoch callboard seal code_step serial step due_call figures score score_due".split(" "),
);
const QUOTED = /^quote_/;
const IN_WORDS = new Set(["role", "kind", "state", "status", "segment", "counter_class", "class", "policy", "layout", "theme"]);
/** @type {Record<string, string>} */
const HELD = { queues: "queue_id", services: "service_id", profile: "queue_id" };
const DAY = /^\d{4}-\d\d-\d\d$/;
const WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const A_MONDAY = Date.UTC(2026, 2, 2, 12);
const A_DAY_MS = 86400000;

/**
 * Only what differs; a state that is new or gone is told whole.
 * @param {any} before
 * @param {any} after
 * @returns {Difference[]}
 */
export function differences(before, after) {
  /** @type {Difference[]} */
  const rows = [];
  collect([], before, after, rows);
  if (rows.length <= MOST) return rows;
  const more = { path: t("office.records.more", { n: rows.length - MOST }), before: null, after: null };
  return rows.slice(0, MOST).concat(more);
}

/**
 * @param {string[]} path
 * @param {any} before
 * @param {any} after
 * @param {Difference[]} rows
 */
function collect(path, before, after, rows) {
  const last = path[path.length - 1] ?? "";
  if (UNSAID.has(last) || QUOTED.test(last)) return;
  if (JSON.stringify(before ?? null) === JSON.stringify(after ?? null)) return;
  const whole = isPlain(before) || isPlain(after) || isNames(before ?? after);
  if (whole) {
    const [was, is] = [inWords(last, before), inWords(last, after)];
    if (was !== is) rows.push({ path: path.map(fieldWords).join(" › "), before: was, after: is });
    return;
  }
  const [was, is] = [keyed(before), keyed(after)];
  for (const key of new Set([...Object.keys(was), ...Object.keys(is)])) collect([...path, key], was[key], is[key], rows);
}

/** @param {any} value */
function isPlain(value) {
  if (value === null || value === undefined) return false;
  if (Array.isArray(value)) return value.every((one) => typeof one !== "object" || one === null);
  return typeof value !== "object";
}

/** @param {any} value */
function isNames(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value === null || value === undefined;
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => boot.languages.includes(key));
}

/**
 * A list of things that have names of their own is compared by them: what was put before the rest moved nothing.
 * @param {any} value
 * @returns {Record<string, any>}
 */
function keyed(value) {
  if (typeof value !== "object" || value === null) return {};
  if (!Array.isArray(value)) return value;
  return Object.fromEntries(value.map((one, at) => [String(one?.id ?? one?.queue_id ?? one?.number ?? at + 1), one]));
}

/**
 * What stands at this place of a path: a thing by its name, a day as a day, a field by its words.
 * @param {string} key
 * @param {number} at
 * @param {string[]} path
 */
function fieldWords(key, at, path) {
  const words = knownIn([`office.field.${key}`]);
  const holder = path[at - 1] ?? "";
  if (holder === "counters") return t("office.records.counter", { number: key });
  const known = HELD[holder] ? ofTheBranch(HELD[holder], key) : null;
  if (known) return known;
  if (holder === "policies" || holder === "classes") return knownIn([`shared.class.${key}`]) ?? key;
  if (DAY.test(key)) return moment(`${key}T12:00:00Z`, { dateStyle: "long" });
  if (WEEK.includes(key)) return moment(new Date(A_MONDAY + WEEK.indexOf(key) * A_DAY_MS).toISOString(), { weekday: "long" });
  return words ?? knownIn([`segment.${key}`]) ?? key.replaceAll("_", " ");
}

/**
 * @param {string} key
 * @param {any} value
 * @returns {string | null} null: there was nothing
 */
function inWords(key, value) {
  if (value === null || value === undefined || value === "") return null;
  if (typeof value === "boolean") return t(value ? "office.yes" : "office.not");
  if (Array.isArray(value)) return value.map((one) => inWords(key, one) ?? "–").join(", ") || null;
  if (typeof value === "object") return nameIn(language(), value) || JSON.stringify(value);
  if (typeof value === "string") return ofText(key, value);
  return String(value);
}

/**
 * @param {string} key
 * @param {string} value
 */
function ofText(key, value) {
  if (value === NOTHING) return null;
  if (DIGEST.test(value)) return t("office.records.secret", { mark: value.slice(0, 6) });
  if (TIME.test(value)) return moment(value, { dateStyle: "medium", timeStyle: "medium" });
  const here = ofTheBranch(key, value);
  if (here) return here;
  if (key === "code") return knownIn([`refusal.${value}`]) ?? value;
  if (!IN_WORDS.has(key)) return value;
  const places = ["office.role", "office.device_kind", "state", "segment", "shared.class", "office.set_up.policy"];
  const more = ["office.set_up.layout", "office.set_up.theme"];
  return knownIn([...places, ...more].map((place) => `${place}.${value}`)) ?? value;
}

/**
 * What the branch calls what has this id, while it has it.
 * @param {string} key
 * @param {string} id
 */
function ofTheBranch(key, id) {
  if (!boot.snapshot) return null;
  const { branch, counters } = boot.snapshot;
  const counter = key === "counter_id" && counters.find((one) => one.id === id);
  if (counter) return t("office.records.counter", { number: counter.number });
  const queue = ["queue_id", "queue", "serves", "machine_queue_id", "machine_queue"].includes(key) && branch.queues[id];
  if (queue) return name(queue.name);
  const service = ["service_id", "services", "later_services"].includes(key) && branch.services[id];
  return service ? name(service.name) : null;
}

/** @param {string[]} keys */
function knownIn(keys) {
  return keys.map((key) => [key, t(key)]).find(([key, words]) => key !== words)?.[1] ?? null;
}
