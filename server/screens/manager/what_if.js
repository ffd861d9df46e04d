/** What if: other counters, another flow, other service; the answer beside what holds now. */

import { t } from "../shared/boot.js";
import { el, say } from "../shared/dom.js";
import { minutesWords, money, short } from "./numbers.js";
import { Supposing } from "./supposing.js";

/** @typedef {import("./figures.js").Reckoning} Reckoning */
/** @typedef {import("./figures.js").CostRow} CostRow */

/** @typedef {"counters" | "arrivals" | "service"} Lever */
/** @typedef {{key: string, reckoning: Reckoning, currency: string}} Basis */

/** In percent more or less than now. */
const RANGES = { arrivals: { min: -50, max: 100, step: 10 }, service: { min: -30, max: 50, step: 5 } };
/** @type {Lever[]} */
const LEVERS = ["counters", "arrivals", "service"];

export class WhatIf {
  /** @param {() => void} answered  there is another table to draw */
  constructor(answered) {
    this._supposing = new Supposing(() => {
      if (this._basis) this.draw(this._basis);
      answered();
    });
    /** @type {Basis | null} */
    this._basis = null;
    this._title = el("h3", null);
    this._reset = el("button", { class: "button button--quiet chart__toggle", type: "button" });
    this._levers = LEVERS.map((lever) => new Slider(lever, (value) => this._moved(lever, value)));
    this._results = ["wait", "waiting", "cost"].map((what) => new Result(what));
    this._refused = el("p", { class: "suppose__refused", role: "status", hidden: true });
    this._reset.onclick = () => this._clear();
    const head = el("header", { class: "chart__head" }, this._title, this._reset);
    const levers = el("div", { class: "suppose__levers" }, this._levers.map((lever) => lever.element));
    const results = el("div", { class: "suppose__results" }, this._results.map((result) => result.element));
    this.element = el("article", { class: "chart suppose" }, head, levers, results, this._refused);
  }

  translate() {
    say(this._title, t("manager.what_if.title"));
    say(this._reset, t("manager.what_if.reset"));
    this._levers.forEach((lever) => lever.translate());
    if (this._basis) this.draw(this._basis);
  }

  /**
   * What is supposed of this class, if anything is and the answer is there.
   * @param {string} key
   */
  answerOf(key) {
    return this._supposing.of(key).answer;
  }

  /** Reckons anew with newer figures. */
  refresh() {
    if (this._basis) this._supposing.refresh(this._basis.key, this._basis.reckoning.rates.open_counters);
  }

  /** @param {Basis} basis */
  draw(basis) {
    this._basis = basis;
    const { rates, table } = basis.reckoning;
    const { supposed, answer, refused } = this._supposing.of(basis.key);
    const [counters, arrivals, service] = this._levers;
    counters.limit(1, table.length, 1);
    counters.draw(supposed.counters ?? (rates.open_counters || 1), String(supposed.counters ?? rates.open_counters));
    arrivals.draw(supposed.arrivals, more(supposed.arrivals, rates.arrivals_per_min * 60, "manager.what_if.an_hour"));
    service.draw(supposed.service, more(supposed.service, rates.mean_service_min, "manager.minutes"));
    this._reset.disabled = !this._supposing.isAny(basis.key);
    say(this._refused, refused ?? "");
    this._refused.hidden = refused === null;
    this._drawResults(answer?.row ?? null, table[rates.open_counters - 1] ?? null, basis.currency);
  }

  /**
   * @param {CostRow | null} then  null while nothing is supposed
   * @param {CostRow | null} now
   * @param {string} currency
   */
  _drawResults(then, now, currency) {
    const cost = (/** @type {CostRow | null} */ row) => (row?.keeps_up ? money(row.cost, currency) : "–");
    [waitWords, peopleWords, cost].forEach((words, at) => {
      this._results[at].draw(words(then ?? now), then && words(now), !(then ?? now)?.keeps_up);
    });
  }

  /**
   * @param {Lever} lever
   * @param {number} value
   */
  _moved(lever, value) {
    if (!this._basis) return;
    const { key, reckoning } = this._basis;
    this._supposing.move(key, { [lever]: value }, reckoning.rates.open_counters);
    this.draw(this._basis);
  }

  _clear() {
    if (!this._basis) return;
    this._supposing.clear(this._basis.key);
    this._levers[0].focus();
  }
}

class Slider {
  /**
   * @param {Lever} lever
   * @param {(value: number) => void} moved
   */
  constructor(lever, moved) {
    this._lever = lever;
    this._name = el("span", { class: "suppose__name" });
    this._input = el("input", { type: "range", class: "suppose__slider", "data-lever": lever });
    this._value = el("output", { class: "suppose__value" });
    this._input.oninput = () => moved(this._input.valueAsNumber);
    this.element = el("label", { class: "suppose__lever" }, this._name, this._input, this._value);
    const range = lever === "counters" ? null : RANGES[lever];
    if (range) this.limit(range.min, range.max, range.step);
  }

  translate() {
    say(this._name, t(`manager.what_if.${this._lever}`));
  }

  /**
   * @param {number} min
   * @param {number} max
   * @param {number} step
   */
  limit(min, max, step) {
    Object.assign(this._input, { min: String(min), max: String(max), step: String(step) });
  }

  /**
   * @param {number} value
   * @param {string} words
   */
  draw(value, words) {
    // A slider under the finger is not moved by the answer to its last place.
    if (this._input.valueAsNumber !== value) this._input.valueAsNumber = value;
    this._input.setAttribute("aria-valuetext", words);
    const { min, max } = this._input;
    this._input.style.setProperty("--at", String((value - Number(min)) / Math.max(1, Number(max) - Number(min))));
    say(this._value, words);
  }

  focus() {
    this._input.focus();
  }
}

/**
 * "+40 % · 18 an hour"
 * @param {number} percent
 * @param {number} now
 * @param {string} unit
 */
function more(percent, now, unit) {
  const words = t(unit, { n: short(now * (1 + percent / 100)) });
  return percent === 0 ? words : `${percent > 0 ? "+" : "−"}${Math.abs(percent)} % · ${words}`;
}

/** @param {CostRow | null} row  null when no counter is open */
function waitWords(row) {
  if (!row) return t("manager.nobody_serves");
  return row.keeps_up ? minutesWords(row.wait_min) : t("manager.costs.never");
}

/** @param {CostRow | null} row */
function peopleWords(row) {
  if (!row) return "–";
  return row.keeps_up ? short(row.waiting) : t("manager.what_if.grows", { n: short(row.growth_per_min * 60) });
}

/** One number: what it would be, and below it what it is now. */
class Result {
  /** @param {string} what */
  constructor(what) {
    this._what = what;
    this._name = el("dt", null);
    this._then = el("dd", { class: "suppose__then" });
    this._now = el("dd", { class: "suppose__now" });
    this.element = el("dl", { class: "suppose__result", "data-result": what }, this._name, this._then, this._now);
  }

  /**
   * @param {string} then
   * @param {string | null} now  null while nothing is supposed
   * @param {boolean} never  the queue would grow without end
   */
  draw(then, now, never) {
    say(this._name, t(`manager.what_if.${this._what}`));
    say(this._then, then);
    say(this._now, now === null ? t("manager.what_if.as_now") : t("manager.what_if.now", { now }));
    this._then.dataset.never = String(never);
  }
}
