/** One person: what they are, what they may serve, how they come in, and how they go. */

import { Refused } from "../shared/api.js";
import { boot, name, t, tCount } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { icon } from "../shared/icons.js";
import { linkShown } from "./link_shown.js";
import { ago, asked, button, choice, field, head, part, textInput } from "./parts.js";

/** @typedef {import("./types.js").Office} Office */
/** @typedef {import("./people_calls.js").Somebody} Somebody */

/**
 * @typedef {Object} More
 * @property {string[]} roles  that may be given
 * @property {import("./people_calls.js").PeopleCalls} calls
 * @property {() => Promise<void>} changed
 */

/**
 * @param {Somebody} person
 * @param {Office} office
 * @param {More} more
 */
export function personPage(person, office, more) {
  const page = new PersonPage(person, office, more);
  return [...page.top(), page.role(), page.skills(), page.badge(), page.access(), page.removal()];
}

class PersonPage {
  /**
   * @param {Somebody} person
   * @param {Office} office
   * @param {More} more
   */
  constructor(person, office, more) {
    this._person = person;
    this._office = office;
    this._more = more;
    this._me = person.id === boot.actor.id;
    this._may = office.may.has("manage_people") && more.roles.includes(person.role);
  }

  top() {
    const person = this._person;
    const back = el("a", { class: "back", href: "#people" }, icon("back"), t("office.view.people"));
    const seen = person.last_seen ? t("office.person.seen", { ago: ago(person.last_seen) }) : "";
    const about = [t("office.person.login", { login: person.login }), seen].filter(Boolean).join(" · ");
    return [back, head(person.name, about), !this._may && !this._me && this._above()];
  }

  _above() {
    return el("p", { class: "said said--warn person__above" }, t("office.person.above"));
  }

  role() {
    const { role, everywhere } = this._person;
    const words = t(`office.role.${role}`) + (everywhere ? ` · ${t("office.people.everywhere")}` : "");
    if (!this._may || this._me) return part(t("office.people.role"), el("p", null, words));
    const roles = this._more.roles.map((one) => /** @type {[string, string]} */ ([one, t(`office.role.${one}`)]));
    const select = choice("role", roles, role);
    select.setAttribute("aria-label", t("office.people.role"));
    const note = el("p", { class: "small" }, t(`office.person.role.${role}`));
    select.onchange = () => (note.textContent = t(`office.person.role.${select.value}`));
    const save = button(t("office.save"), () => this._do("role", { role: select.value }, "office.person.role_saved"));
    return part(t("office.people.role"), el("div", { class: "part__line" }, select, save), note);
  }

  skills() {
    const title = t("office.people.services");
    const services = boot.snapshot ? Object.values(boot.snapshot.branch.services) : [];
    const offered = services.filter((one) => !(/** @type {any} */ (one).retired));
    const { skills } = this._person;
    const ticks = offered.map((one) => tick(one.id, name(one.name), skills === null || skills.includes(one.id)));
    const boxes = ticks.map((one) => /** @type {HTMLInputElement} */ (one.firstElementChild));
    boxes.forEach((box) => (box.disabled = !this._may));
    const save = button(t("office.save"), () => {
      const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
      const all = chosen.length === boxes.length;
      this._do("skills", { services: all ? null : chosen }, "office.person.services_saved");
    });
    const group = el("div", { class: "chips", role: "group", "aria-label": title }, ticks);
    return part(title, el("p", { class: "quiet" }, t("office.person.services")), group, this._may && save);
  }

  badge() {
    const { badge, pin } = this._person;
    const state = !badge ? "none" : pin ? "set" : "no_pin";
    const keys = el(
      "div",
      { class: "part__line" },
      button(t(badge ? "office.person.badge_change" : "office.person.badge_set"), () => this._setBadge()),
      badge && button(t("office.person.badge_remove"), () => this._noBadge(), { quiet: true }),
    );
    const words = el("p", null, t(`office.person.badge.${state}`));
    const about = el("p", { class: "quiet" }, t("office.person.badge"));
    return part(t("office.person.badge_title"), about, words, (this._may || this._me) && keys);
  }

  async _setBadge() {
    const pinned = { type: "password", inputmode: "numeric", pattern: "[0-9]{4,8}", minlength: 4, maxlength: 8 };
    const done = await asked({
      title: t("office.person.badge_of", { name: this._person.name }),
      body: [
        el("p", null, t("office.person.badge_how")),
        field(t("office.person.badge_number"), textInput("badge", { required: true, minlength: 4, maxlength: 64 })),
        field(t("office.person.pin"), textInput("pin", { ...pinned, required: true }), t("office.person.pin_note")),
      ],
      yes: t("office.save"),
      send: (data) => this._more.calls.change(this._person.id, "badge", { badge: data.get("badge"), pin: data.get("pin") }),
    });
    if (done) this._done("office.person.badge_saved");
  }

  _noBadge() {
    return this._do("badge", { badge: null, pin: null }, "office.person.badge_removed");
  }

  access() {
    const { has_password: begun, signed_in: n, second_factor: second } = this._person;
    const words = [t(begun ? "office.person.begun" : "office.person.not_begun"), t(`office.person.second.${second}`)];
    const keys = el(
      "div",
      { class: "part__line" },
      !this._me && button(t("office.person.link"), () => this._link(), { shape: "key" }),
      n > 0 && !this._me && button(t("office.person.sign_out"), () => this._signOut()),
    );
    const open = n > 0 && el("p", null, tCount("office.person.signed_in", n));
    return part(t("office.person.access"), el("p", { class: "quiet" }, words.join(" ")), open, this._may && keys);
  }

  async _link() {
    const { name: known, has_password: begun } = this._person;
    const given = await asked({
      title: t("office.person.link_ask", { name: known }),
      body: [el("p", null, t(begun ? "office.person.link_again" : "office.person.link_first"))],
      yes: t("office.person.link_yes"),
      send: () => this._more.calls.change(this._person.id, "link"),
    });
    if (given) await linkShown(known, given);
  }

  async _signOut() {
    const sure = await asked({
      title: t("office.person.sign_out_ask", { name: this._person.name }),
      body: [el("p", null, t("office.person.sign_out_means"))],
      yes: t("office.person.sign_out"),
      send: () => this._more.calls.change(this._person.id, "sign-out"),
    });
    if (sure) this._done("office.person.signed_out");
  }

  removal() {
    if (!this._may || this._me) return null;
    const key = button(t("office.person.remove"), () => this._remove(), { bad: true });
    return part(t("office.person.remove_title"), el("p", { class: "quiet" }, t("office.person.remove_means")), key);
  }

  async _remove() {
    const sure = await asked({
      title: t("office.person.remove_ask", { name: this._person.name }),
      body: [el("p", null, t("office.person.remove_means"))],
      yes: t("office.person.remove"),
      bad: true,
      send: () => this._more.calls.change(this._person.id, "remove"),
    });
    if (!sure) return;
    this._office.toast(t("office.person.removed", { name: this._person.name }));
    location.hash = "#people";
  }

  /**
   * @param {"role" | "skills" | "badge"} what
   * @param {Record<string, any>} body
   * @param {string} words
   */
  async _do(what, body, words) {
    try {
      await this._more.calls.change(this._person.id, what, body);
      this._done(words);
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      this._office.toast(problem.sentence(), "refused");
    }
  }

  /** @param {string} words */
  _done(words) {
    this._office.toast(t(words, { name: this._person.name }));
    return this._more.changed();
  }
}

/**
 * @param {string} value
 * @param {string} words
 * @param {boolean} checked
 */
function tick(value, words, checked) {
  const box = el("input", { type: "checkbox", value });
  box.checked = checked;
  return el("label", { class: "tick" }, box, words);
}
