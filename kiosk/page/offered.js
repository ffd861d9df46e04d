/** What the branch offers here, in its own order: services, and groups with services behind them. */

/** @typedef {import("/screens/shared/types.js").Branch} Branch */
/** @typedef {import("/screens/shared/types.js").Offer} Offer */
/** @typedef {import("/screens/shared/types.js").Queue} Queue */
/** @typedef {import("/screens/shared/types.js").Service} Service */
/** @typedef {import("/screens/shared/types.js").ServiceGroup} ServiceGroup */
/** @typedef {{service: Service} | {group: ServiceGroup, services: Service[]}} Choice */

/**
 * @param {Branch} branch
 * @param {string[]} [taken]  chosen already
 */
export function servicesOf(branch, taken = []) {
  return Object.values(branch.services).filter((service) => !service.retired && !taken.includes(service.id));
}

/** @param {Branch} branch */
export function queuesOf(branch) {
  return Object.values(branch.queues).filter((queue) => !queue.retired);
}

/**
 * The services behind a group.
 * @param {Branch} branch
 * @param {string | null} groupId
 * @param {string[]} [taken]
 */
export function behind(branch, groupId, taken = []) {
  return servicesOf(branch, taken).filter((service) => groupOf(branch, service) === groupId);
}

/**
 * The first choice: a group stands where its first service would. One with a single service left is that service.
 * @param {Branch} branch
 * @param {string[]} [taken]
 * @returns {Choice[]}
 */
export function choicesOf(branch, taken = []) {
  /** @type {Choice[]} */
  const found = [];
  /** @type {Set<string>} */
  const told = new Set();
  servicesOf(branch, taken).forEach((service) => {
    const groupId = groupOf(branch, service);
    const services = groupId === null ? [service] : behind(branch, groupId, taken);
    if (groupId === null || services.length === 1) found.push({ service });
    else if (!told.has(groupId)) found.push({ group: (branch.groups || {})[groupId], services });
    if (groupId !== null) told.add(groupId);
  });
  return found;
}

/**
 * A group that is not there, or not any more, hides nothing.
 * @param {Branch} branch
 * @param {Service} service
 */
function groupOf(branch, service) {
  const groupId = service.group_id || null;
  return groupId !== null && (branch.groups || {})[groupId] ? groupId : null;
}

/**
 * Where whoever was to wait in this queue waits, as the server decides it: a queue that was given up has nobody calling.
 * @param {Branch} branch
 * @param {string} queueId
 * @returns {Queue}
 */
export function queueStillThere(branch, queueId) {
  const queue = branch.queues[queueId];
  if (!queue.retired) return queue;
  const left = queuesOf(branch);
  const same = left.find((other) => other.counter_class === queue.counter_class);
  const people = left.find((other) => other.counter_class !== "self_service");
  return same || people || left[0] || queue;
}

/**
 * What is known of the wait behind a group: from the shortest to the longest of its queues. `ahead` is not meant.
 * @param {(Offer | null)[]} offers
 * @returns {Offer | null}
 */
export function spanOf(offers) {
  const known = /** @type {Offer[]} */ (offers.filter((offer) => offer !== null));
  if (known.length === 0 || known.length < offers.length) return null;
  const open = known.filter((offer) => offer.counters_open > 0);
  const told = open.filter((offer) => offer.p50_s !== null && offer.p90_s !== null);
  const all = told.length > 0 && told.length === open.length;
  return Object.assign({}, known[0], {
    counters_open: open.length,
    p50_s: all ? Math.min(...told.map((offer) => Number(offer.p50_s))) : null,
    p90_s: all ? Math.max(...told.map((offer) => Number(offer.p90_s))) : null,
  });
}
