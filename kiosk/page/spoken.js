/** What is said of each thing on the page, as sentences that the voice knows and a caption can show. */

import { boot, language, nameIn, tIn } from "/screens/shared/boot.js";
import { writtenIn } from "/screens/shared/opening.js";
import { waitRange } from "/screens/shared/waits.js";

/** @typedef {import("/screens/shared/types.js").Offer} Offer */

/**
 * @typedef {Object} Said  a sentence of the word files, `service.<id>`, `group.<id>` or `letter.<queue id>`
 * @property {string} key
 * @property {Record<string, string | number>} params  what fills its gaps
 * @property {string} lang
 */

/** @type {WeakMap<Element, () => Said[]>} */
const known = new WeakMap();

/**
 * @param {string} key
 * @param {Record<string, string | number>} [params]
 * @param {string} [lang]
 * @returns {Said}
 */
export function said(key, params = {}, lang = language()) {
  return { key, params, lang };
}

/**
 * Notes what is said of an element when the focus comes to it; asked for then, so that figures are of that moment.
 * @template {Element} E
 * @param {E} element
 * @param {() => Said[]} words
 * @returns {E}
 */
export function says(element, words) {
  known.set(element, words);
  return element;
}

/**
 * @param {Element} element
 * @returns {Said[]}
 */
export function saidOf(element) {
  const words = known.get(element);
  const key = element.getAttribute("data-t");
  const state = element.getAttribute("aria-pressed") === "true" ? [said("kiosk.speech.selected")] : [];
  if (words) return words().concat(state);
  return key ? [said(key)].concat(state) : [];
}

/**
 * @param {string} key
 * @param {number} n
 */
export function saidCount(key, n) {
  const form = `${key}.${new Intl.PluralRules(language()).select(n)}`;
  const there = (boot.words[language()] || {})[form] !== undefined;
  return said(there ? form : `${key}.other`, { n });
}

/**
 * A wait, as waitWords writes it.
 * @param {number | null | undefined} p50_s
 * @param {number | null | undefined} p90_s
 */
export function saidWait(p50_s, p90_s) {
  const range = waitRange(p50_s, p90_s);
  if (!range) return said("shared.wait_unknown");
  if (range.high === 0) return said("shared.wait_none");
  if (range.low === 0) return said("shared.wait_under", { high: range.high });
  return range.low === range.high ? said("shared.wait_exact", { low: range.low }) : said("shared.wait_range", range);
}

/**
 * The wait alone, without who is ahead.
 * @param {Offer | null} offer
 */
export function saidWaitAt(offer) {
  if (!offer) return said("shared.wait_unknown");
  return offer.counters_open === 0 ? said("shared.no_counter") : saidWait(offer.p50_s, offer.p90_s);
}

/**
 * @param {Offer | null} offer
 * @returns {Said[]}
 */
export function saidOffer(offer) {
  if (!offer) return [saidWaitAt(offer)];
  const ahead = offer.ahead === 0 ? said("shared.ahead_none") : saidCount("shared.ahead", offer.ahead);
  return [saidWaitAt(offer), ahead];
}

/**
 * A ticket's number sign by sign: from sentences so few that all of them are at hand without a server too.
 * @param {import("/screens/shared/types.js").Ticket} ticket
 * @returns {Said[]}
 */
export function saidNumber(ticket) {
  const serial = ticket.number.slice(ticket.prefix.length);
  return [said(`letter.${ticket.queue_id}`)].concat(
    serial.split("").map((digit) => said("kiosk.speech.digit", { n: Number(digit) })),
  );
}

/**
 * What has been said, for who looks on.
 * @param {Said} sentence
 */
export function written({ key, params, lang }) {
  const branch = boot.snapshot.branch;
  const [kind, id] = [key.slice(0, key.indexOf(".")), key.slice(key.indexOf(".") + 1)];
  if (kind === "service" && branch.services[id]) return nameIn(lang, branch.services[id].name);
  if (kind === "letter" && branch.queues[id]) return branch.queues[id].prefix;
  const group = kind === "group" && (branch.groups || {})[id];
  if (group) return nameIn(lang, group.name);
  const service = branch.services[params.service];
  return service ? tIn(lang, key, { service: service.name }) : writtenIn(lang, key, params);
}
