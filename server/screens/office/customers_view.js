/** Customers: what is kept of one of them, until when; handed out as a file, or erased at once. */

import { question, Refused } from "../shared/api.js";
import { boot, name, t } from "../shared/boot.js";
import { el, fill } from "../shared/dom.js";
import { asked, button, choice, field, head, moment, part, textInput, told } from "./parts.js";
import { saveAs } from "./record_lines.js";

/** @typedef {import("./types.js").Office} Office */

/**
 * @typedef {Object} FoundTicket
 * @property {import("../shared/types.js").Ticket} ticket
 * @property {{name: string, phone: string, card: string}} person
 * @property {string} erase_on
 */

/** @typedef {"phone" | "name" | "card"} By */

const BY = /** @type {By[]} */ (["phone", "name", "card"]);

class CustomersView {
  /**
   * @param {HTMLElement} place
   * @param {Office} office
   */
  constructor(place, office) {
    this._path = `branches/${encodeURIComponent(office.word)}/customers`;
    this._result = el("div", { class: "found", "aria-live": "polite" });
    this._said = el("p", { class: "said", role: "alert" });
    /** @type {Record<string, string>} */
    this._asked = {};
    fill(place, head(t("office.view.customers"), t("office.customers.intro")), this._form(), this._result, rules());
  }

  _form() {
    const by = choice("by", BY.map((one) => [one, t(`office.customers.by.${one}`)]));
    const text = textInput("text", { type: "search", required: true, maxlength: 80 });
    const note = el("p", { class: "field__note" }, t("office.customers.note.phone"));
    by.onchange = () => fill(note, t(`office.customers.note.${by.value}`));
    const find = el("button", { class: "button button--primary", type: "submit" }, t("office.customers.find"));
    const form = el(
      "form",
      { class: "panel find", role: "search", novalidate: true },
      field(t("office.customers.by"), by),
      el("div", { class: "find__what" }, field(t("office.customers.what"), text), note),
      find,
    );
    form.onsubmit = (event) => {
      event.preventDefault();
      const typed = text.value.trim();
      if (!typed) return text.focus();
      this._asked = { [by.value]: typed };
      find.disabled = true;
      this._find().finally(() => (find.disabled = false));
    };
    return el("div", null, form, this._said);
  }

  async _find() {
    fill(this._result);
    const answer = await told(this._said, () => question(`${this._path}/find`, this._asked).catch(notWhole));
    if (answer) this._draw(answer.found);
    else if (!this._said.firstChild) fill(this._said, t(`office.customers.note.${Object.keys(this._asked)[0]}`));
  }

  /** @param {FoundTicket[]} found */
  _draw(found) {
    if (found.length === 0) {
      const words = [el("h2", null, t("office.customers.none")), t("office.customers.none_means")];
      fill(this._result, el("div", { class: "panel empty" }, words));
      return;
    }
    const keys = el(
      "div",
      { class: "part__line" },
      button(t("office.customers.export"), () => this._export(), { shape: "save" }),
      button(t("office.customers.erase"), () => this._erase(found), { bad: true }),
    );
    const rows = el("ul", { class: "part__list" }, found.map(row));
    fill(this._result, part(t("office.customers.found", { n: found.length }), rows, keys));
  }

  async _export() {
    const answer = await told(this._said, () => question(`${this._path}/export`, this._asked));
    if (answer) saveAs(new Blob([JSON.stringify(answer, null, 2)], { type: "application/json" }), "customer.json");
  }

  /** @param {FoundTicket[]} found */
  async _erase(found) {
    const numbers = found.map((one) => one.ticket.number).join(t("office.people.and"));
    const done = await asked({
      title: t("office.customers.erase_ask"),
      body: [
        el("p", null, t("office.customers.erase_which", { numbers })),
        el("p", null, t("office.customers.erase_means")),
      ],
      yes: t("office.customers.erase_yes"),
      bad: true,
      send: () => question(`${this._path}/erase`, { tickets: found.map((one) => one.ticket.id) }),
    });
    if (!done) return;
    const words = el("p", null, t("office.customers.erased", { numbers }));
    const gone = part(t("office.customers.erased_title"), words, el("p", { class: "quiet" }, t("office.customers.erased_told")));
    gone.tabIndex = -1;
    fill(this._result, gone);
    gone.focus();
  }
}

/**
 * What is too short for a whole number or name is told by what to type, not by what a request lacks.
 * @param {any} problem
 * @returns {null}
 */
function notWhole(problem) {
  if (problem instanceof Refused && problem.code === "invalid") return null;
  throw problem;
}

/** @param {FoundTicket} found */
function row({ ticket, person, erase_on: until }) {
  const known = [person.name, person.phone, person.card && t("office.customers.card", { card: person.card })];
  const service = boot.snapshot ? name(boot.snapshot.branch.services[ticket.service_id]?.name) : "";
  const when = [moment(ticket.arrived_at), service].filter(Boolean).join(" · ");
  const day = moment(`${until}T12:00:00Z`, { dateStyle: "long" });
  return el(
    "li",
    null,
    el("div", null, el("strong", null, known.filter(Boolean).join(" · ")), el("span", { class: "small" }, when)),
    el("div", { class: "found__until" }, el("span", { class: "tag tag--soft" }, ticket.number), el("span", { class: "small" }, t("office.customers.until", { day }))),
  );
}

/** What is kept of a customer, and what never is. */
function rules() {
  const list = (/** @type {string[]} */ keys) => el("ul", { class: "rules__list" }, keys.map((key) => el("li", null, t(`office.customers.${key}`))));
  return el(
    "section",
    { class: "rules" },
    part(t("office.customers.kept"), list(["kept_what", "kept_sealed", "kept_until", "kept_seen"])),
    part(t("office.customers.never"), list(["never_number", "never_screen", "never_log", "never_card"])),
  );
}

/**
 * @param {HTMLElement} place
 * @param {Office} office
 */
export function mount(place, office) {
  new CustomersView(place, office);
  return {};
}
