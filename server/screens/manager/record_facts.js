/** The record in four figures: right, accepted, the waits of advice that was followed, and those told to customers. */

import { t } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { percent, short } from "./numbers.js";
import { RecordCard } from "./record_card.js";

/** @typedef {import("./record_calls.js").AdviceRecord} AdviceRecord */

const FACTS = ["right", "accepted", "promise", "inside"];
const NONE = "–";

export class RecordFacts {
  constructor() {
    this._cards = FACTS.map((key) => new RecordCard(key));
    this.element = el("div", { class: "record__facts" }, this._cards.map((card) => card.element));
  }

  /** @param {AdviceRecord} record */
  draw(record) {
    const [right, accepted, promise, inside] = this._cards;
    right.draw(...rightWords(record));
    accepted.draw(...acceptedWords(record));
    promise.draw(...promiseWords(record));
    inside.draw(...insideWords(record));
  }
}

/**
 * @param {AdviceRecord} record
 * @returns {[string, string]}
 */
function rightWords({ advice }) {
  const { right, judged: of, unknown } = advice;
  if (of === 0) return [NONE, t("manager.record.none_judged", { unknown })];
  const share = { share: unbroken(right / of), from: unbroken(advice.from), to: unbroken(advice.to), unknown };
  return [t("manager.record.of", { n: right, of }), t("manager.record.right_more", share)];
}

/** @param {number} share */
function unbroken(share) {
  return percent(share).replace(" ", "\u00a0");
}

/**
 * @param {AdviceRecord} record
 * @returns {[string, string]}
 */
function acceptedWords({ advice }) {
  const { accepted: n, given: of, dismissed, withdrawn } = advice;
  if (of === 0) return [NONE, t("manager.record.none_given")];
  return [t("manager.record.of", { n, of }), t("manager.record.accepted_more", { dismissed, withdrawn })];
}

/**
 * @param {AdviceRecord} record
 * @returns {[string, string]}
 */
function promiseWords({ promises }) {
  const { n, wait_promised_min: promised, wait_found_min: found } = promises;
  if (n === 0) return [NONE, t("manager.record.none_followed")];
  const minutes = t("manager.record.promise_value", { promised: short(promised), found: short(found) });
  return [minutes, t("manager.record.promise_more", { n })];
}

/**
 * @param {AdviceRecord} record
 * @returns {[string, string]}
 */
function insideWords({ waits }) {
  const { n, inside } = waits;
  if (inside === null) return [NONE, t("manager.record.none_told")];
  return [percent(inside), t("manager.record.inside_more", { n })];
}
