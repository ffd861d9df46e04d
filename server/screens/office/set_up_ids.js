/** What is new gets its id from its English name just before it comes into force; afterwards an id never changes. */

import { newId, same } from "./set_up_document.js";

/** @typedef {import("./set_up_document.js").SetUp} SetUp */

const PLAIN = /^(service|queue|group)(_\d+)?$/;

/**
 * @param {SetUp} document  changed in place
 * @param {SetUp} base  what is in force
 */
export function nameIds(document, base) {
  const queues = rename(document.queues, base.queues);
  const groups = rename(document.groups ?? [], base.groups ?? []);
  rename(document.services, base.services);
  follow(document, queues, groups);
}

/**
 * What I have added under an id or a number that is somebody else's meanwhile, for another thing, gets another.
 * @param {SetUp} base  from which both began
 * @param {SetUp} theirs
 * @param {SetUp} mine
 * @returns {SetUp} a copy of `mine`
 */
export function givingWay(base, theirs, mine) {
  const document = structuredClone(mine);
  const queues = giveWay(base.queues, theirs.queues, document.queues);
  const groups = giveWay(base.groups ?? [], theirs.groups ?? [], document.groups ?? []);
  follow(document, queues, groups); // what leads to another queue of mine is another service, though it reads the same
  giveWay(base.services, theirs.services, document.services);
  const known = new Set(base.counters.map((one) => one.number));
  const taken = new Set([...theirs.counters, ...document.counters].map((one) => one.number));
  for (const counter of document.counters) {
    const other = theirs.counters.find((one) => one.number === counter.number);
    if (!other || known.has(counter.number) || same(other, counter)) continue;
    counter.number = Math.max(...taken) + 1;
    taken.add(counter.number);
  }
  return document;
}

/**
 * @template {{id: string}} Item
 * @param {Item[]} base
 * @param {Item[]} theirs
 * @param {Item[]} mine  changed in place
 */
function giveWay(base, theirs, mine) {
  const known = new Set(base.map((item) => item.id));
  const taken = new Set([...known, ...theirs.map((item) => item.id), ...mine.map((item) => item.id)]);
  /** @type {Map<string, string>} */
  const renamed = new Map();
  for (const item of mine) {
    const other = theirs.find((one) => one.id === item.id);
    if (!other || known.has(item.id) || same(other, item)) continue;
    const id = newId(item.id, taken, item.id);
    taken.add(id);
    renamed.set(item.id, id);
    item.id = id;
  }
  return renamed;
}

/**
 * What names a queue or a group goes on naming it.
 * @param {SetUp} document  changed in place
 * @param {Map<string, string>} queues  the new id by the old one
 * @param {Map<string, string>} groups
 */
function follow(document, queues, groups) {
  const queue = (/** @type {string} */ id) => queues.get(id) ?? id;
  for (const service of document.services) {
    service.queue = queue(service.queue);
    if (service.machine_queue) service.machine_queue = queue(service.machine_queue);
    if (service.group) service.group = groups.get(service.group) ?? service.group;
  }
  for (const counter of document.counters) {
    counter.serves = counter.serves.map(queue);
    if (counter.helps) counter.helps = counter.helps.map(queue);
  }
  for (const segment of Object.values(document.segments ?? {})) {
    if (segment.queue) segment.queue = queue(segment.queue);
  }
}

/**
 * @param {{id: string, name: Record<string, string>}[]} items
 * @param {{id: string}[]} before
 */
function rename(items, before) {
  const known = new Set(before.map((item) => item.id));
  const taken = new Set([...known, ...items.map((item) => item.id)]);
  /** @type {Map<string, string>} */
  const renamed = new Map();
  for (const item of items) {
    if (known.has(item.id) || !PLAIN.test(item.id)) continue;
    const id = newId(item.name.en ?? "", taken, item.id);
    if (id.startsWith(`${item.id}_`)) continue;
    taken.add(id);
    renamed.set(item.id, id);
    item.id = id;
  }
  return renamed;
}
