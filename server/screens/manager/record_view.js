/** The advisor's record: what it advised and promised, and what came of it. */

import { Refused } from "../shared/api.js";
import { t } from "../shared/boot.js";
import { el, fill, find, say } from "../shared/dom.js";
import { toastsIn } from "../staff/toasts.js";
import { recordOf } from "./record_calls.js";
import { confidencePicture, confidenceTable } from "./record_confidence.js";
import { RecordFacts } from "./record_facts.js";
import { recordList } from "./record_list.js";
import { waitsTable, waitsWords } from "./record_waits.js";

/** @typedef {import("../shared/live.js").LiveHall} LiveHall */
/** @typedef {import("./record_calls.js").AdviceRecord} AdviceRecord */

const PERIODS = [7, 30, 90];
// A judgement comes an hour and a half after the advice: nobody waits for it with the page open.
const RENEW_MS = 60_000;

export class RecordView {
  constructor() {
    /** @type {LiveHall | null} */
    this._live = null;
    /** @type {AdviceRecord | null} */
    this._record = null;
    this._days = 30;
    this._askedAt = -Infinity;
    this._title = el("h2", { class: "record__title" });
    this._periods = PERIODS.map((days) => {
      return el("button", { class: "record__period", type: "button", onclick: () => this._choose(days) });
    });
    const periods = el("div", { class: "record__periods", role: "group" }, this._periods);
    const head = el("header", { class: "record__head" }, this._title, periods);
    this._facts = new RecordFacts();
    this._words = el("p", { class: "record__words panel" });
    this._confidence = new Sheet("confidence");
    this._waits = new Sheet("waits");
    this._list = new Sheet("list");
    this._pictures = el("div", { class: "record__pictures" }, this._confidence.element, this._waits.element);
    const parts = [head, this._words, this._facts.element, this._pictures, this._list.element];
    this.element = el("section", { class: "record" }, parts);
  }

  /** @param {LiveHall} live */
  show(live) {
    this._live = live;
    this._ask();
  }

  translate() {
    this._redraw();
  }

  /** @param {LiveHall} live */
  draw(live) {
    this._live = live;
    if (performance.now() - this._askedAt > RENEW_MS) this._ask();
  }

  /** @param {number} days */
  _choose(days) {
    this._days = days;
    this._redraw();
    this._ask();
  }

  async _ask() {
    this._askedAt = performance.now();
    const days = this._days;
    try {
      const record = await recordOf(days);
      if (days === this._days) this._record = record;
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      toastsIn(find("#toasts")).refuse(problem.sentence());
    }
    this._redraw();
  }

  _redraw() {
    const { _record: record, _live: live } = this;
    say(this._title, t("manager.record.title"));
    this._periods.forEach((button, at) => {
      say(button, t("manager.record.days", { n: PERIODS[at] }));
      button.setAttribute("aria-pressed", String(PERIODS[at] === this._days));
    });
    if (!live) return;
    const empty = !record || (record.advice.given === 0 && record.waits.n === 0);
    say(this._words, t(record ? "manager.record.empty" : "manager.record.asking"));
    this._words.hidden = !empty;
    this._facts.element.hidden = record === null;
    if (record) this._facts.draw(record);
    this._pictures.hidden = this._list.element.hidden = empty;
    if (record && !empty) this._drawSheets(record, live);
  }

  /**
   * @param {AdviceRecord} record
   * @param {LiveHall} live
   */
  _drawSheets({ confidence, waits, recent }, live) {
    const judged = confidence.length > 0;
    this._confidence.draw(judged ? [confidencePicture(confidence), confidenceTable(confidence)] : []);
    this._waits.draw(waits.n > 0 ? [waitsTable(waits), waitsWords(waits)] : []);
    this._list.draw(recent.length > 0 ? [recordList(recent, live.hall)] : []);
  }
}

/** A part of the record under its heading, with what its figures mean a press away. */
class Sheet {
  /** @param {string} key */
  constructor(key) {
    this._key = key;
    this._title = el("h3", null);
    this._summary = el("summary", null);
    this._meaning = el("p", null);
    this._body = el("div", { class: "record__body" });
    const meaning = el("details", { class: "fact__meaning" }, this._summary, this._meaning);
    this.element = el("article", { class: "record__sheet panel", "data-sheet": key }, this._title, this._body, meaning);
  }

  /** @param {Node[]} parts  none: there is nothing to show yet */
  draw(parts) {
    say(this._title, t(`manager.record.sheet.${this._key}`));
    say(this._summary, t("manager.record.meaning"));
    say(this._meaning, t(`manager.record.sheet.${this._key}_means`));
    fill(this._body, parts.length > 0 ? parts : el("p", { class: "record__none" }, t(`manager.record.sheet.${this._key}_none`)));
  }
}
