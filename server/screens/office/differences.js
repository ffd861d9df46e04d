/** What differs between two states, field by field, in words where there are words. */

import { boot, language, nameIn, t } from "../shared/boot.js";
import { moment } from "./parts.js";

/** @typedef {{path: string, before: string | null, after: string | null}} Difference */

const MOST = 60;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;
const DIGEST = /^[0-9a-f]{64}$/;
const NOTHING = "74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b"; // the digest of null
const IN_WORDS = new Set(["role", "kind", "state", "status", "segment", "counter_class"]);

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
  if (JSON.stringify(before ?? null) === JSON.stringify(after ?? null)) return;
  const whole = isPlain(before) || isPlain(after) || isNames(before ?? after);
  if (whole) {
    const key = path[path.length - 1] ?? "";
    const [was, is] = [inWords(key, before), inWords(key, after)];
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

/** @param {string} key */
function fieldWords(key) {
  const words = t(`office.field.${key}`);
  return words === `office.field.${key}` ? key.replaceAll("_", " ") : words;
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
  if (key === "code") return knownIn([`refusal.${value}`]) ?? value;
  if (!IN_WORDS.has(key)) return value;
  const places = [`office.role.${value}`, `office.device_kind.${value}`, `state.${value}`, `segment.${value}`, `shared.class.${value}`];
  return knownIn(places) ?? value;
}

/** @param {string[]} keys */
function knownIn(keys) {
  return keys.map((key) => [key, t(key)]).find(([key, words]) => key !== words)?.[1] ?? null;
}
