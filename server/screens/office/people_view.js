/** People: who works in the branch, what they are and may serve; one of them, when they are chosen. */

import { boot, name, t } from "../shared/boot.js";
import { el, fill } from "../shared/dom.js";
import { linkShown } from "./link_shown.js";
import { ago, asked, brought, button, choice, field, head, textInput } from "./parts.js";
import { PeopleCalls } from "./people_calls.js";
import { personPage } from "./person_page.js";

/** @typedef {import("./types.js").Office} Office */
/** @typedef {import("./people_calls.js").People} People */
/** @typedef {import("./people_calls.js").Somebody} Somebody */

class PeopleView {
  /**
   * @param {HTMLElement} place
   * @param {Office} office
   */
  constructor(place, office) {
    this._place = place;
    this._office = office;
    this.calls = new PeopleCalls(office.word);
    this.moved = () => location.hash.startsWith("#people") && this.show();
  }

  /** The list, or whom the address names. */
  show() {
    const chosen = decodeURIComponent(location.hash.split("/")[1] ?? "");
    return brought(this._place, () => this.calls.all(), (found) => this._draw(found, chosen));
  }

  /**
   * @param {People} found
   * @param {string} chosen
   */
  _draw(found, chosen) {
    const person = found.people.find((one) => one.id === chosen);
    if (person) {
      const more = { roles: found.roles, calls: this.calls, changed: () => this.show() };
      fill(this._place, personPage(person, this._office, more));
      return;
    }
    const manages = this._office.may.has("manage_people") && found.roles.length > 0;
    const add = manages && button(t("office.people.add"), () => this._add(found), { primary: true, shape: "add" });
    fill(this._place, head(t("office.view.people"), t("office.people.intro"), add), peopleTable(found.people));
  }

  /** @param {People} found */
  async _add(found) {
    const roles = found.roles.map((role) => /** @type {[string, string]} */ ([role, t(`office.role.${role}`)]));
    const given = await asked({
      title: t("office.people.add"),
      body: [
        field(t("office.people.name"), textInput("name", { required: true, maxlength: 120 })),
        field(
          t("office.people.login"),
          textInput("login", { required: true, maxlength: 120, pattern: "\\S+", autocapitalize: "none" }),
          t("office.people.login_note"),
        ),
        field(t("office.people.role"), choice("role", roles)),
        this._office.may.has("make_branch") && everywhereTick(),
      ],
      yes: t("office.people.add_yes"),
      send: async (data) => {
        const [known, login, role] = ["name", "login", "role"].map((key) => String(data.get(key)).trim());
        const made = await this.calls.add({ login, name: known, role, everywhere: data.has("everywhere") });
        return { ...made, name: known };
      },
    });
    if (!given) return;
    await linkShown(given.name, given);
    await this.show();
  }
}

/** For those who look after all branches: they alone may give such a part. */
function everywhereTick() {
  const box = el("input", { type: "checkbox", name: "everywhere" });
  return el("label", { class: "tick people__everywhere" }, box, t("office.people.everywhere_tick"));
}

/** @param {Somebody[]} people */
function peopleTable(people) {
  if (people.length === 0) return el("div", { class: "panel empty" }, t("office.people.none"));
  const heads = ["name", "role", "services", "second", "badge", "seen"];
  const row = heads.map((key) => el("th", { scope: "col" }, t(`office.people.${key}`)));
  const body = el("tbody", null, people.map(personRow));
  const table = el("table", { class: "people" }, el("thead", null, el("tr", null, row)), body);
  return el("div", { class: "panel people__panel" }, table);
}

/** @param {Somebody} person */
function personRow(person) {
  const mine = person.id === boot.actor.id && el("span", { class: "chip" }, t("office.people.you"));
  const link = el("a", { class: "people__name", href: `#people/${encodeURIComponent(person.id)}` }, person.name);
  return el(
    "tr",
    null,
    el("th", { scope: "row" }, link, mine, el("span", { class: "small people__login" }, person.login)),
    el("td", null, t(`office.role.${person.role}`), everywhere(person)),
    el("td", null, skillWords(person.skills)),
    el("td", null, secondStep(person)),
    el("td", null, badgeWords(person)),
    el("td", null, seen(person)),
  );
}

/** @param {Somebody} person */
function everywhere(person) {
  return person.everywhere && el("span", { class: "small people__login" }, t("office.people.everywhere"));
}

/** @param {string[] | null} skills */
export function skillWords(skills) {
  if (skills === null) return el("span", { class: "quiet" }, t("office.people.all_services"));
  if (skills.length === 0) return el("span", { class: "chip chip--warn" }, t("office.people.no_services"));
  const known = boot.snapshot ? boot.snapshot.branch.services : {};
  const names = skills.map((id) => (known[id] ? name(known[id].name) : id));
  const shown = names.slice(0, 2).join(t("office.people.and"));
  const more = names.length > 2 && el("span", { class: "small" }, ` +${names.length - 2}`);
  return el("span", { title: names.join(t("office.people.and")) }, shown, more);
}

/** @param {Somebody} person */
function secondStep(person) {
  const kind = person.second_factor === "none" ? "quiet" : "chip chip--good";
  return el("span", { class: kind }, t(`office.people.second.${person.second_factor}`));
}

/** @param {Somebody} person */
function badgeWords(person) {
  if (!person.badge) return el("span", { class: "quiet" }, t("office.people.badge.none"));
  if (!person.pin) return el("span", { class: "chip chip--warn" }, t("office.people.badge.no_pin"));
  return el("span", { class: "chip chip--good" }, t("office.people.badge.set"));
}

/** @param {Somebody} person */
function seen(person) {
  if (!person.has_password) return el("span", { class: "chip chip--warn" }, t("office.people.not_begun"));
  if (!person.last_seen) return el("span", { class: "quiet" }, t("office.people.never"));
  const now = person.signed_in > 0 && el("span", { class: "small people__login" }, t("office.people.signed_in"));
  return el("span", null, ago(person.last_seen), now);
}

/**
 * @param {HTMLElement} place
 * @param {Office} office
 */
export function mount(place, office) {
  const view = new PeopleView(place, office);
  addEventListener("hashchange", view.moved);
  view.show();
  return {
    leave() {
      removeEventListener("hashchange", view.moved);
      return true;
    },
  };
}
