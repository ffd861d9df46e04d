/** Somebody else's changes and mine, put together: what I did not touch becomes theirs, what I did stays mine. */

import { same } from "./set_up_document.js";

/**
 * @param {any} base  from which both began
 * @param {any} theirs
 * @param {any} mine
 * @returns {any}
 */
export function merge(base, theirs, mine) {
  if (same(mine, base)) return theirs;
  if (same(theirs, base) || same(theirs, mine)) return mine;
  if ([base, theirs, mine].every(isList)) return mergeLists(base, theirs, mine);
  if ([base, theirs, mine].every(isRecord)) return mergeRecords(base, theirs, mine);
  return mine;
}

/**
 * @param {Record<string, any>} base
 * @param {Record<string, any>} theirs
 * @param {Record<string, any>} mine
 */
function mergeRecords(base, theirs, mine) {
  /** @type {Record<string, any>} */
  const merged = {};
  for (const key of new Set([...Object.keys(theirs), ...Object.keys(mine)])) {
    const value = merge(base[key], theirs[key], mine[key]);
    if (value !== undefined) merged[key] = value;
  }
  return merged;
}

/**
 * Lists of things with a name of their own, or of words, are merged thing by thing; of any other I keep mine.
 * @param {any[]} base
 * @param {any[]} theirs
 * @param {any[]} mine
 */
function mergeLists(base, theirs, mine) {
  if (![base, theirs, mine].every((list) => list.every((item) => keyOf(item) !== undefined))) return mine;
  const [was, other, own] = [base, theirs, mine].map(keyed);
  const moved = !same([...was.keys()].filter((key) => own.has(key)), [...own.keys()].filter((key) => was.has(key)));
  const keys = moved ? inOneOrder([...own.keys()], [...other.keys()]) : inOneOrder([...other.keys()], [...own.keys()]);
  return keys
    .map((key) => merge(was.get(key), other.get(key), own.get(key)))
    .filter((item) => item !== undefined);
}

/**
 * The second's own stand before what they stand before there: the first card rule that fits is the one that counts.
 * @param {string[]} first
 * @param {string[]} second
 */
function inOneOrder(first, second) {
  const keys = [...first];
  second.forEach((key, n) => {
    if (first.includes(key)) return;
    const next = second.slice(n + 1).find((later) => first.includes(later));
    keys.splice(next === undefined ? keys.length : keys.indexOf(next), 0, key);
  });
  return keys;
}

/**
 * By its name; the second of a name, as two cards not yet filled in, by that and its place among them.
 * @param {any[]} list
 */
function keyed(list) {
  /** @type {Map<string, any>} */
  const found = new Map();
  for (const item of list) {
    let key = String(keyOf(item));
    while (found.has(key)) key += "\n";
    found.set(key, item);
  }
  return found;
}

/** @param {any} item */
function keyOf(item) {
  return typeof item === "string" ? item : (item?.id ?? item?.number ?? item?.match);
}

/** @param {any} value */
function isList(value) {
  return Array.isArray(value);
}

/** @param {any} value */
function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
