/** What each way of reckoning says now, and which of them speaks: a press on another asks, and then changes it. */

import { may, t } from "../shared/boot.js";
import { el, say } from "../shared/dom.js";
import { pick } from "../staff/pick.js";
import { classWords } from "./advice_words.js";
import { together } from "./sentences.js";

/** @typedef {import("./figures.js").Ahead} Ahead */

const POLICIES = ["lookahead", "mms", "so_tang", "day_plan", "static"];

export class PolicyChoice {
  /** @param {(key: string, policy: string) => void} choose */
  constructor(choose) {
    this._choose = choose;
    this._key = "";
    this._chosen = "";
    this._title = el("p", { class: "policies__title" });
    this._buttons = POLICIES.map((policy) => new PolicyButton(policy, () => this._ask(policy)));
    const list = el("div", { class: "policies__list", role: "group" }, this._buttons.map((one) => one.element));
    this.element = el("div", { class: "policies" }, this._title, list);
  }

  /**
   * @param {string} key
   * @param {string} chosen
   * @param {Ahead | null} ahead
   */
  draw(key, chosen, ahead) {
    this._key = key;
    this._chosen = chosen;
    say(this._title, t("manager.policies.title", { kind: classWords(key) }));
    for (const button of this._buttons) button.draw(saidBy(button.policy, ahead), button.policy === chosen);
  }

  /** @param {string} policy */
  async _ask(policy) {
    if (policy === this._chosen) return;
    const key = this._key;
    const name = t(`manager.policy.${policy}`);
    const yes = { value: true, label: t("manager.policies.yes", { name }) };
    const no = { value: false, label: t("manager.policies.no", { name: t(`manager.policy.${this._chosen}`) }) };
    const title = t("manager.policies.sure", { name, kind: classWords(key) });
    const explained = together(t(`manager.policy.${policy}_means`), t("manager.pick_hint"));
    if (await pick(title, [yes, no], explained)) this._choose(key, policy);
  }
}

class PolicyButton {
  /**
   * @param {string} policy
   * @param {() => void} pressed
   */
  constructor(policy, pressed) {
    this.policy = policy;
    this._name = el("span", { class: "policy__name" });
    this._servers = el("b", { class: "policy__servers" });
    this.element = el("button", { class: "policy", type: "button", "data-policy": policy }, this._servers, this._name);
    this.element.onclick = pressed;
  }

  /**
   * @param {string} servers
   * @param {boolean} chosen
   */
  draw(servers, chosen) {
    say(this._name, t(`manager.policy.${this.policy}`));
    say(this._servers, servers);
    this.element.title = t(`manager.policy.${this.policy}_means`);
    this.element.disabled = !may("set_policy");
    this.element.setAttribute("aria-pressed", String(chosen));
  }
}

/**
 * @param {string} policy
 * @param {Ahead | null} ahead
 */
function saidBy(policy, ahead) {
  if (!ahead) return "–";
  if (policy === ahead.policy) return String(ahead.advised);
  return String(ahead.others.find((other) => other.policy === policy)?.servers ?? "–");
}
