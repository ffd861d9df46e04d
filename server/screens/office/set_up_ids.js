/** What is new gets its id from its English name just before it comes into force; afterwards an id never changes. */

import { newId } from "./set_up_document.js";

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
