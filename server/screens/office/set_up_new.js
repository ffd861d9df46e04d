/** A new branch: which hall it is like, what it is called, where its clock is and when its doors are open. */

import { Refused } from "../shared/api.js";
import { language, name, t, tCount } from "../shared/boot.js";
import { el, fill } from "../shared/dom.js";
import { head } from "./parts.js";
import { address } from "./set_up_address.js";
import { makeBranch } from "./set_up_calls.js";
import { beginChecklist } from "./set_up_checklist.js";
import { Desk } from "./set_up_desk.js";
import { newId } from "./set_up_document.js";
import { Draft } from "./set_up_draft.js";
import { choiceInput, field, names, textInput } from "./set_up_fields.js";
import { hallPicture } from "./set_up_hall.js";
import { spanInputs } from "./set_up_span.js";

/** @typedef {import("./set_up_calls.js").Template} Template */
/** @typedef {import("./types.js").Office} Office */

export class NewBranch {
  /**
   * @param {HTMLElement} place
   * @param {Office} office
   * @param {Template[]} templates
   */
  constructor(place, office, templates) {
    this._place = place;
    this._office = office;
    this._templates = templates;
    this._taken = new Set(office.boot.branches.map((one) => one.id));
    this._ownId = false;
    this._said = el("p", { class: "said", role: "alert" });
    /** @type {Template | null} */
    this._chosen = null;
    const begun = { version: "", document: structuredClone(templates[0].document) };
    this._draft = new Draft("*", begun, office.boot.actor.id);
    this._desk = new Desk(this._draft, { branch: "*", mayChange: office.may.has("make_branch"), toast: office.toast });
    this._form = el("form", { class: "new__form", novalidate: true });
    this._form.onsubmit = (event) => {
      event.preventDefault();
      this._make();
    };
    this._draft.changedBy = () => this._named();
    this.translate();
  }

  translate() {
    const cards = this._templates.map((template) => this._card(template));
    fill(
      this._place,
      el(
        "div",
        { class: "set-up new" },
        head(t("office.set_up.new.title"), t(this._taken.size === 0 ? "office.set_up.new.first" : "office.set_up.new.about")),
        el("h2", { class: "new__step", id: "new-template" }, t("office.set_up.new.template")),
        el("div", { class: "choices choices--cards", role: "radiogroup", "aria-labelledby": "new-template" }, cards),
        this._form,
      ),
    );
    this._drawForm();
  }

  leave() {
    return true;
  }

  /** @param {Template} template */
  _card(template) {
    const input = el("input", { type: "radio", name: "template", value: template.id });
    input.checked = template === this._chosen;
    input.onchange = () => this._choose(template);
    const { counters, queues, services } = template.document;
    const size = [
      tCount("office.set_up.new.counters", counters.length),
      tCount("office.set_up.new.queues", queues.length),
      tCount("office.set_up.new.services", services.length),
    ];
    const face = [
      hallPicture(template.document),
      el("b", null, name(template.name)),
      el("span", { class: "choice__about" }, name(template.about)),
      el("span", { class: "choice__size" }, size.join(" · ")),
    ];
    return el("label", { class: "choice" }, input, el("span", { class: "choice__face" }, face));
  }

  /**
   * What has been typed already stays.
   * @param {Template} template
   */
  _choose(template) {
    const first = this._chosen === null;
    const { branch, hours } = this._draft.document;
    const fresh = structuredClone(template.document);
    const zone = ownZone() ?? fresh.branch.time_zone;
    fresh.branch = first ? { ...fresh.branch, id: "", name: { en: "", zh: "" }, time_zone: zone } : branch;
    if (!first) fresh.hours = { ...fresh.hours, opens: hours.opens, closes: hours.closes };
    this._chosen = template;
    this._draft.document = fresh;
    this._drawForm();
    if (first) this._find(`branch.name.${language()}`)?.focus();
  }

  _drawForm() {
    if (!this._chosen) return fill(this._form);
    const zones = Intl.supportedValuesOf("timeZone").map((zone) => ({ value: zone, words: zone.replaceAll("_", " ") }));
    const id = textInput(this._desk, "branch.id", { class: "input input--code", maxlength: 40, spellcheck: "false" });
    id.addEventListener("input", () => (this._ownId = id.value !== ""));
    const create = el("button", { class: "button button--primary", type: "submit" }, t("office.set_up.new.go"));
    fill(
      this._form,
      el("h2", { class: "new__step" }, t("office.set_up.new.names")),
      el(
        "div",
        { class: "field" },
        el("span", { class: "field__label" }, t("office.set_up.hours.branch_name")),
        names(this._desk, "branch.name", t("office.set_up.hours.branch_name")),
      ),
      el(
        "div",
        { class: "fields" },
        field("branch.id", t("office.set_up.new.id"), id, t("office.set_up.new.id_note")),
        field("branch.time_zone", t("office.set_up.hours.time_zone"), choiceInput(this._desk, "branch.time_zone", zones)),
        el(
          "div",
          { class: "field" },
          el("span", { class: "field__label" }, t("office.set_up.hours.usual")),
          spanInputs(this._desk, "hours", ""),
        ),
      ),
      this._said,
      el("p", { class: "new__go" }, create, el("span", { class: "field__note" }, t("office.set_up.new.go_note"))),
    );
  }

  /** The id follows the English name, until somebody gives it one of its own. */
  _named() {
    if (this._ownId) return;
    const { branch } = this._draft.document;
    branch.id = branch.name.en ? newId(branch.name.en, this._taken, "branch", "-") : "";
    const id = this._find("branch.id");
    if (id instanceof HTMLInputElement) id.value = branch.id;
  }

  /** @param {string} path */
  _find(path) {
    return /** @type {HTMLElement | null} */ (this._form.querySelector(`[data-path="${CSS.escape(path)}"]`));
  }

  async _make() {
    const { document } = this._draft;
    fill(this._said);
    const empty = ["branch.name.en", "branch.name.zh"].find((path) => !this._desk.at(path)?.trim());
    if (empty) return this._refuse(empty, t("office.set_up.new.nameless"));
    try {
      const { branch } = await makeBranch(document);
      beginChecklist(branch);
      location.assign(`${address("office", branch)}#set_up`);
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      this._refuse(problem.code === "branch_exists" ? "branch.id" : "", faultWords(problem));
    }
  }

  /**
   * @param {string} path
   * @param {string} words
   */
  _refuse(path, words) {
    fill(this._said, words);
    const wrong = path && this._find(path);
    if (!wrong) return;
    wrong.setAttribute("aria-invalid", "true");
    wrong.focus();
  }
}

/** @param {Refused} problem */
function faultWords(problem) {
  const [fault] = problem.params.faults ?? [];
  return fault ? name(fault.words) : problem.sentence();
}

/** The computer's own; one that says UTC was never told where it is. */
function ownZone() {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return zone && zone !== "UTC" ? zone : null;
}
