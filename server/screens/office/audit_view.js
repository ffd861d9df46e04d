/** Records: who changed what, when, from where, and what it was before. */

import { t, tCount } from "../shared/boot.js";
import { el, fill } from "../shared/dom.js";
import { Refused } from "../shared/api.js";
import { button, head, moment } from "./parts.js";
import { PeopleCalls } from "./people_calls.js";
import { asFile, linesFor } from "./record_lines.js";
import { RecordFilters } from "./record_filters.js";
import { recordLine } from "./record_line.js";

/** @typedef {import("./types.js").Office} Office */
/** @typedef {import("./record_lines.js").Line} Line */

const PAGE = 60;

class Records {
  /** @param {Office} office */
  constructor(office) {
    this._office = office;
    this._filters = new RecordFilters(office.word, () => this._begin());
    this._list = el("div", { class: "records", "aria-live": "off" });
    this._foot = el("div", { class: "records__foot" });
    /** @type {Map<string, string>} */
    this._names = new Map();
    this._day = "";
    this._asking = 0;
    /** @type {number | undefined} */
    this._before = undefined;
    const save = button(t("office.records.save"), () => this._save(), { shape: "save" });
    const title = head(t("office.view.audit"), t(office.word === "*" ? "office.records.intro_all" : "office.records.intro"), save);
    this.elements = [title, this._filters.element, this._list, this._foot, sealed()];
  }

  /** Where this person may know who works here, ids are told by name. */
  async start() {
    if (this._office.may.has("see_people") && this._office.word !== "*") {
      const { people } = await new PeopleCalls(this._office.word).all().catch(() => ({ people: [] }));
      this._names = new Map(people.map((one) => [one.id, one.name]));
    }
    this._begin();
  }

  _begin() {
    this._before = undefined;
    this._more(true);
  }

  /** @param {boolean} anew  in place of what is shown */
  async _more(anew) {
    const asking = (this._asking += 1);
    fill(this._foot, el("p", { class: "small" }, t("office.loading")));
    try {
      const found = await linesFor(this._office.word, this._filters.wanted(), PAGE, this._before);
      if (asking === this._asking) this._take(found, anew);
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      const again = button(t("office.again"), () => this._more(anew));
      fill(this._foot, el("p", { class: "said", role: "alert" }, problem.sentence()), again);
    }
  }

  /**
   * @param {import("./record_lines.js").Found} found
   * @param {boolean} anew
   */
  _take({ lines, numbers }, anew) {
    if (anew) fill(this._list);
    if (anew) this._day = "";
    const names = new Map([...this._names, ...Object.entries(numbers)]);
    for (const line of lines) this._list.append(...this._dayHead(line), recordLine(line, names));
    if (lines.length > 0) this._before = lines[lines.length - 1].seq;
    if (lines.length === PAGE) fill(this._foot, button(t("office.records.earlier"), () => this._more(false)));
    else fill(this._foot, this._list.firstChild ? el("p", { class: "small" }, t("office.records.all")) : this._none(), this._elsewhere());
  }

  _elsewhere() {
    return this._filters.leavesPeopleOut() && el("p", { class: "small" }, t("office.records.people_elsewhere"));
  }

  _none() {
    const words = this._filters.isEmpty() ? "office.records.none" : "office.records.none_like_it";
    return el("p", { class: "empty" }, t(words));
  }

  /** @param {Line} line */
  _dayHead(line) {
    const day = moment(line.at, { dateStyle: "full" });
    if (day === this._day) return [];
    this._day = day;
    return [el("h2", { class: "records__day" }, day)];
  }

  async _save() {
    try {
      const saved = await asFile(this._office.word, this._filters.wanted());
      this._office.toast(tCount("office.records.saved", saved));
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      this._office.toast(problem.sentence(), "refused");
    }
  }
}

/** How anyone can know that nothing here was altered afterwards. */
function sealed() {
  return el(
    "details",
    { class: "records__sealed" },
    el("summary", null, t("office.records.sealed")),
    el("p", null, t("office.records.sealed_how")),
    el("code", null, "python -m server audit verify"),
  );
}

/**
 * @param {HTMLElement} place
 * @param {Office} office
 */
export function mount(place, office) {
  const records = new Records(office);
  fill(place, records.elements);
  records.start();
  return {};
}
