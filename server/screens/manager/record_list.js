/** The last advices, newest first: what was said, what became of it, and whether it was right. */

import { language, name, t, tCount } from "../shared/boot.js";
import { clockTime } from "../shared/clock.js";
import { el } from "../shared/dom.js";
import { zoneFormat } from "../shared/zones.js";
import { classWords } from "./advice_words.js";
import { percent, short } from "./numbers.js";

/** @typedef {import("../shared/types.js").Advice} Advice */
/** @typedef {import("../shared/hall_state.js").HallState} HallState */

const COLUMNS = ["when", "what", "sure", "answer", "wait", "verdict"];

/**
 * @param {Advice[]} advices
 * @param {HallState} hall
 */
export function recordList(advices, hall) {
  const head = COLUMNS.map((key) => el("th", { scope: "col" }, t(`manager.record.column.${key}`)));
  const rows = advices.map((advice) => row(advice, hall));
  const body = el("tbody", null, rows);
  return el("table", { class: "record__table record__table--list" }, el("thead", null, el("tr", null, head)), body);
}

/**
 * @param {Advice} advice
 * @param {HallState} hall
 */
function row(advice, hall) {
  const sure = advice.score?.confidence ?? advice.figures.confidence;
  const verdict = advice.score?.verdict ?? "pending";
  return el(
    "tr",
    { "data-class": advice.counter_class },
    el("th", { scope: "row" }, whenWords(advice.issued_at, hall.branch.time_zone)),
    el("td", { class: "record__what" }, whatWords(advice, hall)),
    el("td", null, typeof sure === "number" ? percent(Math.min(sure, 0.99)) : "–"),
    el("td", null, answerWords(advice)),
    el("td", null, waitWords(advice)),
    el("td", null, el("span", { class: "verdict", "data-verdict": verdict }, t(`manager.record.verdict.${verdict}`))),
  );
}

/**
 * @param {string} at
 * @param {string} timeZone
 */
function whenWords(at, timeZone) {
  const locale = language() === "zh" ? "zh-CN" : "en-GB";
  const ms = Date.parse(at);
  const day = zoneFormat(locale, timeZone, { day: "numeric", month: "short" }).format(ms);
  return `${day} ${clockTime(ms, timeZone)}`;
}

/**
 * @param {Advice} advice
 * @param {HallState} hall
 */
function whatWords(advice, hall) {
  const { action, open_now: open, advised, figures } = advice;
  const n = hall.counters.get(advice.counter_id ?? "")?.number ?? "–";
  const kind = classWords(advice.counter_class);
  if (action === "open" || action === "close") {
    return tCount(`manager.record.what.${action}`, Math.abs(advised - open), { kind, open, advised });
  }
  const queue = name(hall.branch.queues[figures.relieves ?? figures.queue_id]?.name) || kind;
  return t(`manager.record.what.${action}`, { counter: n, queue });
}

/** @param {Advice} advice */
function answerWords(advice) {
  const { state, answered_by: by, note } = advice;
  if (state === "dismissed") return note ? t("manager.record.answer.dismissed_why", { note }) : t("manager.record.answer.dismissed");
  const answer = by ? "accepted" : state;
  const followed = advice.score ? (advice.score.followed ? "followed" : "not_followed") : "";
  const words = t(`manager.record.answer.${answer}`, { by });
  return followed ? `${words} · ${t(`manager.record.answer.${followed}`)}` : words;
}

/** @param {Advice} advice */
function waitWords({ score }) {
  const { wait_promised_min: promised, wait_found_min: found } = score ?? {};
  if (promised == null || found == null) return "–";
  return t("manager.record.promise_value", { promised: short(promised), found: short(found) });
}
