/** The set-up document as the page edits it: its shape, places in it by their path, and ids for what is new. */

/** @typedef {import("../shared/types.js").Names} Names */
/** @typedef {import("../shared/types.js").CounterClass} CounterClass */

/**
 * @typedef {Object} Hours  "08:30", by the branch's own clock
 * @property {string} opens
 * @property {string} closes
 *
 * @typedef {Hours & {open_days: string[], days?: Record<string, Hours>, special?: Record<string, "closed" | Hours>}} Week
 * @typedef {{id: string, name: Names}} Group
 * @typedef {{id: string, prefix: string, class: CounterClass, name: Names}} Queue
 * @typedef {{id: string, name: Names, queue: string, machine_queue?: string | null, group?: string | null,
 *   target_min?: number | null}} Service
 * @typedef {{number: number, class: CounterClass, serves: string[], helps?: string[]}} Counter
 * @typedef {{match: string, segment: string, level: number, kind: string}} Card
 *
 * @typedef {Object} SetUp
 * @property {number} callboard
 * @property {{id: string, name: Names, time_zone: string, currency: string, languages: string[]}} branch
 * @property {Week} hours
 * @property {Group[]} [groups]
 * @property {Queue[]} queues
 * @property {Service[]} services
 * @property {Record<string, {queue?: string | null, head_start_min?: number}>} [segments]
 * @property {Counter[]} counters
 * @property {Record<string, Record<string, any>>} classes
 * @property {Record<string, number>} [rules]
 * @property {Card[]} [cards]
 * @property {{layout?: string, theme?: string}} [display]
 * @property {Names} [wording]
 * @property {{keep_days?: number}} [privacy]
 */

export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/** @type {CounterClass[]} */
export const CLASSES = ["cash", "non_cash", "vip", "self_service"];

/** How little room a hall's ids leave: they stand in addresses and in files. */
const LONGEST_ID = 24;

/**
 * What stands at "services.2.queue"; undefined where there is nothing.
 * @param {any} document
 * @param {string} path
 */
export function at(document, path) {
  return path.split(".").reduce((place, key) => (place === undefined || place === null ? undefined : place[key]), document);
}

/**
 * Puts a value there; undefined takes away what was there.
 * @param {any} document
 * @param {string} path
 * @param {any} value
 */
export function put(document, path, value) {
  const keys = path.split(".");
  const last = /** @type {string} */ (keys.pop());
  let place = document;
  for (const key of keys) place = place[key] ??= {};
  if (value === undefined) delete place[last];
  else place[last] = value;
}

/**
 * Whether both say the same: the order of keys says nothing.
 * @param {any} a
 * @param {any} b
 * @returns {boolean}
 */
export function same(a, b) {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => same(a[key], b[key]));
}

/**
 * "Riverside Branch" -> "riverside_branch"; another where that is taken, and a plain one where no letter is left.
 * @param {string} name
 * @param {Iterable<string>} taken
 * @param {string} plain
 * @param {string} [joint]
 */
export function newId(name, taken, plain, joint = "_") {
  const latin = name.normalize("NFKD").toLowerCase().replace(/[\u0300-\u036f']/g, "");
  const words = latin.match(/[a-z0-9]+/g) ?? [];
  const begun = words.join(joint).slice(0, LONGEST_ID).replace(/[_-]+$/, "");
  const id = /^[a-z]/.test(begun) ? begun : plain;
  const known = new Set(taken);
  if (!known.has(id)) return id;
  for (let n = 2; ; n += 1) if (!known.has(`${id}${joint}${n}`)) return `${id}${joint}${n}`;
}

/**
 * The classes of counters that this hall has, in the order of the house.
 * @param {SetUp} document
 */
export function classesOf(document) {
  const there = new Set([...document.queues, ...document.counters].map((item) => item.class));
  return CLASSES.filter((key) => there.has(key));
}

/**
 * @param {SetUp} document
 * @param {string | null | undefined} id
 */
export function queueOf(document, id) {
  return document.queues.find((queue) => queue.id === id);
}
