/** One piece of advice: one sentence, the numbers that matter, why, how sure; to accept or to dismiss. */

import { t } from "../shared/boot.js";
import { clockTime } from "../shared/clock.js";
import { el, fill, say } from "../shared/dom.js";
import { askedCounter } from "../staff/asked.js";
import { basis, savingWords, sentence, sureWords, waitChange, why } from "./advice_words.js";
import { costTable } from "./cost_table.js";
import { percent } from "./numbers.js";
import { outlookOf } from "./outlook.js";

/** @typedef {import("../shared/types.js").Advice} Advice */
/** @typedef {import("../shared/hall_state.js").HallState} HallState */
/** @typedef {import("./outlook.js").Outlook} Outlook */

/**
 * @typedef {Object} Answers
 * @property {(advice: Advice) => void} accept
 * @property {(advice: Advice) => void} dismiss
 * @property {(advice: Advice) => void} costs  shows what every number of counters costs
 *
 * @typedef {{advice: Advice, hall: HallState, newest: import("./figures.js").Reckoning | null}} AdviceView
 */

// From a day's customers nothing follows for certain, whatever rounding makes of 0.996.
const SUREST = 0.99;

/** Its keys stay where they are while the figures move: a key replaced under the pointer is a press lost. */
export class AdviceCard {
  /** @param {Answers} answers */
  constructor(answers) {
    this._answers = answers;
    this._sentence = el("h2", { class: "advice__sentence" });
    this._given = el("p", null);
    this._figures = el("div", { class: "advice__figures" });
    this._why = el("p", { class: "advice__why" });
    this._accept = el("button", { class: "button button--primary", type: "button" });
    this._dismiss = el("button", { class: "button", type: "button" });
    this._more = el("button", { class: "button button--quiet advice__more", type: "button" });
    this._keys = el("p", { class: "advice__keys" }, this._accept, this._dismiss, this._more);
    this._accepted = el("p", { class: "advice__accepted" });
    this._costs = el("div", { class: "advice__costs" });
    const heading = el("header", { class: "advice__heading" }, this._sentence, this._given);
    const parts = [heading, this._figures, this._why, this._keys, this._accepted];
    this.element = el("article", { class: "advice panel" }, el("div", { class: "advice__words" }, parts), this._costs);
  }

  /** @param {AdviceView} view */
  draw({ advice, hall, newest }) {
    const outlook = outlookOf(advice, newest);
    const { branch } = hall;
    this.element.dataset.class = advice.counter_class;
    this.element.dataset.state = advice.state;
    say(this._sentence, sentence(advice, hall));
    say(this._given, t("manager.advice_of", { time: timeOf(advice.issued_at, hall) }));
    fill(this._figures, figures(outlook, branch.currency));
    say(this._why, `${why(advice, outlook)} ${basis(outlook)}`);
    this._drawAnswer(advice, hall);
    const policy = branch.policies?.[advice.counter_class];
    const costs = { table: outlook.table, now: outlook.open, advised: advice.advised, currency: branch.currency };
    fill(this._costs, policy ? costTable({ ...costs, policy }) : null);
  }

  /**
   * @param {Advice} advice
   * @param {HallState} hall
   */
  _drawAnswer(advice, hall) {
    const accepted = advice.state === "accepted";
    this._keys.hidden = accepted;
    this._accepted.hidden = !accepted;
    say(this._accept, t("manager.accept"));
    say(this._dismiss, t("manager.dismiss"));
    say(this._more, t("manager.show_costs"));
    say(this._accepted, accepted ? acceptedWords(advice, hall) : "");
    this._accept.onclick = () => this._answers.accept(advice);
    this._dismiss.onclick = () => this._answers.dismiss(advice);
    this._more.onclick = () => this._answers.costs(advice);
  }
}

/**
 * @param {Outlook} outlook
 * @param {string} currency
 */
function figures(outlook, currency) {
  const wait = waitChange(outlook);
  const saved = savingWords(outlook, currency);
  const sure = Math.min(outlook.sure, SUREST);
  const arrow = el("span", { class: "advice__arrow", "aria-hidden": "true" }, "→");
  const change = [el("span", { class: "advice__before" }, wait.before), arrow, el("strong", null, wait.after)];
  return [
    figure(wait.label, change),
    saved ? figure(t("manager.saves"), [el("strong", null, saved)]) : null,
    figure(sureWords(outlook), [el("strong", null, percent(sure)), meter(sure)]),
  ];
}

/**
 * @param {string} label
 * @param {Node[]} value
 */
function figure(label, value) {
  return el("dl", { class: "advice__figure" }, el("dt", null, label), el("dd", null, value));
}

/** @param {number} share */
function meter(share) {
  const filled = el("i", null);
  filled.style.width = percent(share).replace(" ", "");
  return el("span", { class: "advice__meter", "aria-hidden": "true" }, filled);
}

/**
 * @param {Advice} advice
 * @param {HallState} hall
 */
function acceptedWords(advice, hall) {
  const time = advice.answered_at ? timeOf(advice.answered_at, hall) : "";
  const n = askedCounter(hall, advice)?.number;
  const key = n === undefined ? "followed" : advice.action;
  return t(`manager.accepted.${key}`, { by: advice.answered_by, time, n });
}

/**
 * @param {string} at
 * @param {HallState} hall
 */
function timeOf(at, hall) {
  return clockTime(Date.parse(at), hall.branch.time_zone);
}
