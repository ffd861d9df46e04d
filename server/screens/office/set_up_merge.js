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
 * Lists of things with a name of their own are merged thing by thing; of any other I keep mine.
 * @param {any[]} base
 * @param {any[]} theirs
 * @param {any[]} mine
 */
function mergeLists(base, theirs, mine) {
  if (![base, theirs, mine].every((list) => list.every((item) => keyOf(item) !== undefined))) return mine;
  const [was, other, own] = [base, theirs, mine].map((list) => new Map(list.map((item) => [keyOf(item), item])));
  const moved = !same(base.map(keyOf).filter((key) => own.has(key)), mine.map(keyOf).filter((key) => was.has(key)));
  const [first, second] = moved ? [own, other] : [other, own];
  const keys = [...new Set([...first.keys(), ...second.keys()])];
  return keys
    .map((key) => merge(was.get(key), other.get(key), own.get(key)))
    .filter((item) => item !== undefined);
}

/** @param {any} item */
function keyOf(item) {
  return item?.id ?? item?.number;
}

/** @param {any} value */
function isList(value) {
  return Array.isArray(value);
}

/** @param {any} value */
function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
