/** What a draft of costs asks for, in sentences: the same as the picture shows, and what it cannot. */

import { language, t, tCount } from "../shared/boot.js";
import { money } from "../staff/money.js";

/** @typedef {import("./set_up_draft_costs.js").Answer} Answer */
/** @typedef {import("./set_up_draft_costs.js").Row} Row */
/** @typedef {{answer: Answer, key: string, currency: string}} PictureView */

const OWN = "office.set_up.picture";

/** @param {PictureView} view */
export function asksWords({ answer, key }) {
  const { arrivals_per_hour: arrivals, service_min: minutes, draft } = answer.told;
  if (!(arrivals > 0)) return t(`${OWN}.nobody`);
  const rate = tCount(`${OWN}.rate`, people(arrivals), { minutes: short(minutes) });
  if (draft.asks_for === null) return t(`${OWN}.never`, { rate });
  const counters = counted(key, draft.asks_for);
  const other = draft.in_force !== null && draft.in_force !== draft.asks_for;
  return t(other ? `${OWN}.asks_instead` : `${OWN}.asks`, { rate, counters, now: draft.in_force });
}

/**
 * What it comes to; and why not fewer, or that there are not so many.
 * @param {PictureView} view
 * @param {Row[]} seen  in the picture
 */
export function moreWords({ answer, key, currency }, seen) {
  const { table, draft, arrivals_per_hour: arrivals } = answer.told;
  const row = draft.asks_for === null ? undefined : table[draft.asks_for - 1];
  if (!row || row.wait_min === null || !(arrivals > 0)) return "";
  const sentences = [t(`${OWN}.gives`, { wait: waitWords(row.wait_min), cost: money(row.cost, currency) })];
  const fewest = table.find((one) => one.keeps_up)?.servers ?? 0;
  const isForced = table.slice(0, row.servers - 1).some((one) => one.cost !== null && one.cost < Number(row.cost));
  if (answer.there === 0) sentences.push(t(`${OWN}.none`));
  else if (row.servers > answer.there) sentences.push(t(`${OWN}.only`, { there: counted(key, answer.there) }));
  else if (isForced) sentences.push(t(`${OWN}.least`, { counters: counted(key, row.servers) }));
  // The picture says it, too, as long as there is room for it.
  if (fewest > 1 && seen[0].keeps_up) sentences.push(t(`${OWN}.grows`, { counters: counted(key, fewest) }));
  if (row.servers <= answer.there) sentences.push(...openingWords(draft, currency));
  return sentences.join(language() === "zh" ? "" : " ");
}

/**
 * What the price of opening does, where it does anything.
 * @param {import("./set_up_draft_costs.js").Told["draft"]} draft
 * @param {string} currency
 */
function openingWords({ opening }, currency) {
  if (!opening || opening.opens_at === opening.opens_at_if_free) return [];
  const told = { cost: money(opening.cost, currency), n: opening.opens_at, free: opening.opens_at_if_free };
  return [t(opening.opens_at === null ? `${OWN}.not_opened` : `${OWN}.opened`, told)];
}

/**
 * Which hour it is that was reckoned with.
 * @param {Answer} answer
 */
export function originWords({ told, wish }) {
  const { source, known } = told.draft;
  if (wish.arrivals !== null) return t(`${OWN}.from.typed`);
  const rates = known.find((one) => one.source === source);
  if (source !== "busiest" || !rates) return t(known.length > 1 ? `${OWN}.from.${source}` : `${OWN}.from.unmeasured`);
  const weekday = t(`shared.weekday.${rates.weekday}`);
  return t(`${OWN}.from.busiest`, { weekday, begins: rates.begins, days: rates.days });
}

/**
 * @param {Answer} answer
 * @param {number} servers
 * @returns {{kind: string, words: string} | null}
 */
export function markOf({ told: { draft } }, servers) {
  const alike = draft.asks_for === draft.in_force;
  if (servers === draft.asks_for) return { kind: "advised", words: t(alike ? "manager.costs.best" : `${OWN}.draft`) };
  return servers === draft.in_force ? { kind: "now", words: t(`${OWN}.in_force`) } : null;
}

/**
 * Each column, for those who do not see it.
 * @param {Row[]} seen
 * @param {PictureView} view
 */
export function spokenWords(seen, { answer, key, currency }) {
  const list = seen.map((row) => {
    const cost = row.cost === null ? t("manager.costs.never") : money(row.cost, currency);
    const mark = markOf(answer, row.servers)?.words;
    return t(mark ? `${OWN}.spoken_marked` : `${OWN}.spoken_row`, { counters: counted(key, row.servers), cost, mark });
  });
  return t(`${OWN}.spoken`, { list: list.join(language() === "zh" ? "；" : "; ") });
}

/**
 * "5 counters", "1 machine"
 * @param {string} key  the class
 * @param {number} n
 */
function counted(key, n) {
  return tCount(`${OWN}.${key === "self_service" ? "machines" : "counters"}`, n);
}

/** @param {number} minutes */
function waitWords(minutes) {
  return minutes < 0.05 ? t(`${OWN}.no_wait`) : t(`${OWN}.minutes`, { n: short(minutes) });
}

/** @param {number} value */
function short(value) {
  return value < 9.95 ? String(Math.round(value * 10) / 10) : value.toFixed(0);
}

/**
 * Whole people, but for a class where one comes every few hours.
 * @param {number} arrivals
 */
export function people(arrivals) {
  return arrivals < 1.5 ? Math.round(arrivals * 10) / 10 : Math.round(arrivals);
}
