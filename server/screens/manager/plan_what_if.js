/** What may be otherwise on the day: more customers, somebody ill, service slower. Each by a press, with its amount. */

import { t } from "../shared/boot.js";
import { el, say } from "../shared/dom.js";
import { AS_EXPECTED } from "./plan_calls.js";

/** @typedef {import("./plan_calls.js").Conditions} Conditions */
/** @typedef {{amount: number, step: number, least: number, most: number, on: boolean}} Knob */

export class WhatIf {
  /** @param {() => void} changed */
  constructor(changed) {
    this._changed = changed;
    /** @type {Record<"market" | "ill" | "slow", Knob>} */
    this._knobs = {
      market: { amount: 40, step: 10, least: 10, most: 200, on: false },
      ill: { amount: 1, step: 1, least: 1, most: 1, on: false },
      slow: { amount: 20, step: 10, least: 10, most: 200, on: false },
    };
    this._machines = false;
    this._label = el("h2", { class: "plan__label" });
    this._rows = Object.values(this._knobs).map((knob) => new KnobRow(() => this._turn(knob), (by) => this._step(knob, by)));
    this.element = el("div", { class: "what-if", role: "group" }, this._label, this._rows.map((row) => row.element));
  }

  /** @returns {Conditions} */
  get conditions() {
    const { market, ill, slow } = this._knobs;
    return {
      arrivals_factor: market.on ? 1 + market.amount / 100 : AS_EXPECTED.arrivals_factor,
      service_factor: slow.on ? 1 + slow.amount / 100 : AS_EXPECTED.service_factor,
      tellers_ill: ill.on ? ill.amount : AS_EXPECTED.tellers_ill,
    };
  }

  get isOn() {
    return Object.values(this._knobs).some((knob) => knob.on);
  }

  /**
   * @param {boolean} machines  the class is one of machines: they break, and nobody is ill
   * @param {number} most  how many can be missing
   */
  limit(machines, most) {
    const { ill } = this._knobs;
    this._machines = machines;
    ill.most = Math.max(1, most);
    ill.amount = Math.min(ill.amount, ill.most);
    this.draw();
  }

  draw() {
    say(this._label, t("manager.plan.what_if"));
    this.element.setAttribute("aria-label", t("manager.plan.what_if"));
    Object.entries(this._knobs).forEach(([key, knob], at) => {
      const name = key === "ill" && this._machines ? "broken" : key;
      this._rows[at].draw(t(`manager.plan.if.${name}`), t(`manager.plan.if.${name}_amount`, { n: knob.amount }), knob);
    });
  }

  /** @param {Knob} knob */
  _turn(knob) {
    knob.on = !knob.on;
    this.draw();
    this._changed();
  }

  /**
   * @param {Knob} knob
   * @param {number} by
   */
  _step(knob, by) {
    knob.amount = Math.min(Math.max(knob.amount + by * knob.step, knob.least), knob.most);
    this.draw();
    this._changed();
  }
}

class KnobRow {
  /**
   * @param {() => void} turn
   * @param {(by: number) => void} step
   */
  constructor(turn, step) {
    this._name = el("span", null);
    this._amount = el("b", null);
    this._button = el("button", { class: "what-if__toggle", type: "button", onclick: turn }, this._name, this._amount);
    this._less = el("button", { class: "what-if__step", type: "button", onclick: () => step(-1) }, "−");
    this._more = el("button", { class: "what-if__step", type: "button", onclick: () => step(1) }, "+");
    this.element = el("div", { class: "what-if__knob" }, this._button, this._less, this._more);
  }

  /**
   * @param {string} name
   * @param {string} amount
   * @param {Knob} knob
   */
  draw(name, amount, knob) {
    say(this._name, name);
    say(this._amount, amount);
    this._button.setAttribute("aria-pressed", String(knob.on));
    this.element.dataset.on = String(knob.on);
    this._less.hidden = this._more.hidden = !knob.on;
    this._less.disabled = knob.amount <= knob.least;
    this._more.disabled = knob.amount >= knob.most;
    this._less.setAttribute("aria-label", t("manager.plan.if.less", { name }));
    this._more.setAttribute("aria-label", t("manager.plan.if.more", { name }));
  }
}
