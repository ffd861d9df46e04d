/** My account: the password, the second step, passkeys, and where one is signed in. */

import { get, question } from "../shared/api.js";
import { t, tCount } from "../shared/boot.js";
import { el, fill } from "../shared/dom.js";
import { setUpCode, switchOffCode } from "./account_code.js";
import { passkeyPart } from "./account_passkeys.js";
import { ago, asked, brought, button, field, head, part, textInput } from "./parts.js";

/** @typedef {import("./types.js").Office} Office */

/**
 * @typedef {Object} Account
 * @property {string} name
 * @property {string} login
 * @property {boolean} has_password
 * @property {boolean} code
 * @property {number} recovery_left
 * @property {boolean} outside
 * @property {boolean} fresh
 * @property {{id: string, name: string, made_at: string}[]} passkeys
 * @property {Session[]} sessions
 */

/** @typedef {{id: string, address: string, agent: string, made_at: string, this: boolean}} Session */

class AccountView {
  /**
   * @param {HTMLElement} place
   * @param {Office} office
   */
  constructor(place, office) {
    this._place = place;
    this._office = office;
  }

  show() {
    return brought(this._place, () => get("account"), (found) => this._draw(found));
  }

  /** @param {Account} account */
  _draw(account) {
    const { name, login } = account;
    fill(
      this._place,
      head(t("office.view.account"), t("office.account.intro", { name, login })),
      !account.fresh && el("p", { class: "said said--warn account__stale" }, t("office.account.stale")),
      account.has_password && this._password(login),
      this._code(account),
      passkeyPart(account, this._office, () => this.show()),
      this._sessions(account.sessions),
    );
  }

  /** @param {string} login */
  _password(login) {
    const key = button(t("office.account.password_change"), () => this._changePassword(login));
    return part(t("office.account.password"), el("p", { class: "quiet" }, t("office.account.password_about")), key);
  }

  /** @param {string} login */
  async _changePassword(login) {
    const secret = { type: "password", required: true, maxlength: 1024 };
    const done = await asked({
      title: t("office.account.password_change"),
      body: [
        el("input", { type: "text", name: "login", autocomplete: "username", value: login, hidden: true }),
        field(t("office.account.old"), textInput("old", { ...secret, autocomplete: "current-password" })),
        field(t("office.account.new"), textInput("new", { ...secret, autocomplete: "new-password" }), t("office.account.new_note")),
      ],
      yes: t("office.save"),
      send: (data) => question("account/password", { old: data.get("old"), new: data.get("new") }),
    });
    if (!done) return;
    this._office.toast(t("office.account.password_changed"));
    await this.show();
  }

  /** @param {Account} account */
  _code(account) {
    const { code, recovery_left: n } = account;
    const state = el("p", { class: code ? "chip chip--good" : "chip" }, t(code ? "office.account.code_on" : "office.account.code_off"));
    const left = code && el("p", { class: n > 2 ? "small" : "said said--warn" }, tCount("office.account.recovery_left", n));
    const key = code
      ? button(t("office.account.code_remove"), () => this._after(switchOffCode(), "office.account.code_removed"))
      : button(t("office.account.code_set"), () => this._after(setUpCode(), "office.account.code_done"), { shape: "key" });
    return part(t("office.account.code"), el("p", { class: "quiet" }, t("office.account.code_about")), state, left, key);
  }

  /**
   * @param {Promise<any>} doing
   * @param {string} words
   */
  async _after(doing, words) {
    if (!(await doing)) return;
    this._office.toast(t(words));
    await this.show();
  }

  /** @param {Session[]} sessions */
  _sessions(sessions) {
    const rows = sessions.map((one) => {
      const here = one.this && el("span", { class: "chip chip--good" }, t("office.account.here"));
      const from = [one.address, t("office.account.since", { ago: ago(one.made_at) })].filter(Boolean).join(" · ");
      const words = el("div", null, el("strong", null, browserOf(one.agent), here), el("span", { class: "small" }, from));
      return el("li", null, words, !one.this && button(t("office.account.end"), () => this._end(one)));
    });
    return part(t("office.account.sessions"), el("ul", { class: "part__list" }, rows));
  }

  /** @param {Session} session */
  async _end(session) {
    const sure = await asked({
      title: t("office.account.end_ask"),
      body: [el("p", null, `${browserOf(session.agent)} · ${session.address}`)],
      yes: t("office.account.end"),
      send: () => question(`account/sessions/${encodeURIComponent(session.id)}/end`, {}),
    });
    if (!sure) return;
    this._office.toast(t("office.account.ended"));
    await this.show();
  }
}

/**
 * "Chrome · Windows", as people call what they sit at.
 * @param {string} agent
 */
function browserOf(agent) {
  const browser = [/Edg\//, /Firefox\//, /Chrome\//, /Safari\//].find((one) => one.test(agent));
  const system = /Windows|Android|iPhone|iPad|Mac OS X|Linux/.exec(agent)?.[0].replace("Mac OS X", "macOS");
  const known = browser && { Edg: "Edge" , Firefox: "Firefox", Chrome: "Chrome", Safari: "Safari" }[browser.source.slice(0, -2)];
  return [known, system].filter(Boolean).join(" · ") || agent.slice(0, 40) || t("office.account.some_browser");
}

/**
 * @param {HTMLElement} place
 * @param {Office} office
 */
export function mount(place, office) {
  new AccountView(place, office).show();
  return {};
}
