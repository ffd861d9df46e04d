/** One piece of advice: one sentence, the numbers that matter, why, how sure; to accept or to dismiss. */

import { may, t } from "../shared/boot.js";
import { clockTime } from "../shared/clock.js";
import { el, fill, say } from "../shared/dom.js";
import { askedCounter } from "../staff/asked.js";
import { queueWords, savingWords, sentence, waitChange, why } from "./advice_words.js";
import { money } from "./numbers.js";
import { outlookOf } from "./outlook.js";
import { outOfTen, sureScale, sureWords } from "./sureness.js";

/** @typedef {import("../shared/types.js").Advice} Advice */
/** @typedef {import("../shared/hall_state.js").HallState} HallState */
/** @typedef {import("./outlook.js").Outlook} Outlook */

/**
 * @typedef {Object} Answers
 * @property {(advice: Advice) => void} accept
 * @property {(advice: Advice) => void} dismiss
 * @property {(advice: Advice) => void} figures  shows what it was reckoned from
 *
 * @typedef {Object} AdviceView
 * @property {Advice} advice
 * @property {HallState} hall
 * @property {{reckoning: import("./figures.js").Reckoning | null, ahead: import("./figures.js").Ahead | null}} newest
 */

/** Its keys stay where they are while the figures move: a key replaced under the pointer is a press lost. */
export class AdviceCard {
  /** @param {Answers} answers */
  constructor(answers) {
    this._answers = answers;
    this._sentence = el("h2", { class: "advice__sentence" });
    this._given = el("p", { class: "advice__given" });
    this._figures = el("div", { class: "advice__figures" });
    this._why = el("p", { class: "advice__why" });
    this._sure = el("div", { class: "sure" });
    this._accept = el("button", { class: "button button--primary", type: "button" });
    this._dismiss = el("button", { class: "button", type: "button" });
    this._more = el("button", { class: "button button--quiet", type: "button" });
    this._keys = el("p", { class: "advice__keys" }, this._accept, this._dismiss, this._more);
    this._accepted = el("p", { class: "advice__accepted" });
    const heading = el("header", { class: "advice__heading" }, this._sentence, this._given);
    const answered = el("div", { class: "advice__answer" }, this._keys, this._accepted);
    const parts = [heading, this._figures, this._why, this._sure, answered];
    this.element = el("article", { class: "advice panel" }, el("div", { class: "advice__parts" }, parts));
  }

  /** @param {AdviceView} view */
  draw({ advice, hall, newest }) {
    const outlook = outlookOf(advice, newest);
    const { branch } = hall;
    this.element.dataset.class = advice.counter_class;
    this.element.dataset.state = advice.state;
    say(this._sentence, sentence(advice, hall));
    say(this._given, t("manager.advice_of", { time: timeOf(advice.issued_at, hall) }));
    fill(this._figures, figures(outlook, advice.action, branch.currency));
    say(this._why, why(advice, outlook));
    fill(this._sure, sure(outlook, branch.currency));
    this._drawAnswer(advice, hall);
  }

  /**
   * @param {Advice} advice
   * @param {HallState} hall
   */
  _drawAnswer(advice, hall) {
    const accepted = advice.state === "accepted";
    this._keys.hidden = accepted;
    this._accept.hidden = this._dismiss.hidden = !may("answer_advice");
    this._accepted.hidden = !accepted;
    say(this._accept, t("manager.accept"));
    say(this._dismiss, t("manager.dismiss"));
    say(this._more, t("manager.show_figures"));
    say(this._accepted, accepted ? acceptedWords(advice, hall) : "");
    this._accept.onclick = () => this._answers.accept(advice);
    this._dismiss.onclick = () => this._answers.dismiss(advice);
    this._more.onclick = () => this._answers.figures(advice);
  }
}

/**
 * The two numbers that matter.
 * @param {Outlook} outlook
 * @param {string} action
 * @param {string} currency
 */
function figures(outlook, action, currency) {
  const wait = waitChange(outlook, action);
  const saved = savingWords(outlook, currency);
  const arrow = el("span", { class: "advice__arrow", "aria-hidden": "true" }, "→");
  const change = [el("span", { class: "advice__before" }, wait.before), arrow, el("strong", null, wait.after)];
  return [
    figure(wait.label, change),
    saved ? figure(t("manager.saves"), [el("strong", null, saved)]) : null,
  ];
}

/**
 * @param {string} label
 * @param {Node[]} value
 */
function figure(label, value) {
  return el("dl", { class: "advice__figure" }, el("dt", null, label), el("dd", null, value));
}

/**
 * How sure, on a scale that everybody can count, from how much, and what it would cost to be wrong.
 * @param {Outlook} outlook
 * @param {string} currency
 */
function sure({ sure: share, wrong, rates, minutes }, currency) {
  const seen = rates && t("manager.sure.basis", { arrivals: rates.arrivals, services: rates.completions });
  if (share === null) return [];
  const scale = [el("strong", null, sureWords(share)), sureScale(share)];
  return [
    el("p", { class: "sure__words" }, scale),
    el("p", { class: "sure__says" }, t("manager.sure.of_ten", { n: outOfTen(share) })),
    wrong !== null && el("p", { class: "sure__wrong" }, wrongWords(wrong, minutes, currency)),
    el("p", { class: "sure__basis" }, seen),
  ];
}

/**
 * @param {number} cost
 * @param {number} minutes
 * @param {string} currency
 */
function wrongWords(cost, minutes, currency) {
  if (cost < 0.5) return t("manager.sure.wrong_nothing");
  return t("manager.sure.wrong", { amount: money(cost, currency), n: minutes });
}

/**
 * @param {Advice} advice
 * @param {HallState} hall
 */
function acceptedWords(advice, hall) {
  const time = advice.answered_at ? timeOf(advice.answered_at, hall) : "";
  const by = advice.answered_by;
  if (advice.action === "divert") return t("manager.accepted.divert", { by, time });
  if (advice.action === "profile") {
    const n = hall.counters.get(advice.counter_id ?? "")?.number ?? "?";
    return t("manager.accepted.profile", { by, time, n, queue: queueWords(hall, advice.figures.relieves) });
  }
  const n = askedCounter(hall, advice)?.number;
  return t(`manager.accepted.${n === undefined ? "followed" : advice.action}`, { by, time, n });
}

/**
 * @param {string} at
 * @param {HallState} hall
 */
function timeOf(at, hall) {
  return clockTime(Date.parse(at), hall.branch.time_zone);
}
