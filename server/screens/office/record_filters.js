/** Which records are wanted: a word, a person, a kind, from when to when. */

import { boot, t } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { zoneFormat } from "../shared/zones.js";
import { choice, field, textInput } from "./parts.js";

/** @typedef {import("./record_lines.js").Wanted} Wanted */

const AFTER_TYPING_MS = 350;
// Who works here is told in one trail for all branches, of which a branch sees what is about its own people.
const PEOPLE = "people";
const OF_A_BRANCH = [PEOPLE, "access.refused", "token", "pairing", "branch", "counter", "ticket", "customer", "advice", "plan"];
const OF_ALL = ["access", "session", "person"];

export class RecordFilters {
  /**
   * @param {string} branch
   * @param {() => void} changed
   */
  constructor(branch, changed) {
    this._text = textInput("text", { type: "search", maxlength: 80, placeholder: t("office.records.text_like") });
    this._who = textInput("who", { type: "search", maxlength: 80 });
    const kinds = (branch === "*" ? OF_ALL : OF_A_BRANCH).map((kind) => /** @type {[string, string]} */ ([kind, t(`office.records.kind.${kind}`)]));
    this._isWhole = branch === "*";
    this._what = choice("what", [["", t(`office.records.kind.${this._isWhole ? "all" : "all_here"}`)], ...kinds]);
    this._since = el("input", { class: "input", type: "date", name: "since" });
    this._until = el("input", { class: "input", type: "date", name: "until" });
    this.element = el(
      "form",
      { class: "records__filters panel", role: "search" },
      field(t("office.records.text"), this._text),
      field(t("office.records.who"), this._who),
      field(t("office.records.kind"), this._what),
      field(t("office.records.since"), this._since),
      field(t("office.records.until"), this._until),
    );
    let timer = 0;
    this.element.onsubmit = (event) => event.preventDefault();
    this.element.oninput = () => {
      clearTimeout(timer);
      timer = window.setTimeout(changed, AFTER_TYPING_MS);
    };
  }

  /** @returns {Wanted} */
  wanted() {
    return {
      text: this._text.value.trim(),
      who: this._who.value.trim(),
      what: this._what.value === PEOPLE ? "" : this._what.value,
      people: this._what.value === PEOPLE ? "true" : "",
      since: beginningOf(this._since.value, 0),
      until: beginningOf(this._until.value, 1),
    };
  }

  /** Whether what is shown may look like everything and is not: people and sign-ins have a trail of their own. */
  leavesPeopleOut() {
    return !this._isWhole && this._what.value === "";
  }

  isEmpty() {
    return Object.values(this.wanted()).every((value) => value === "");
  }
}

/**
 * When a day of the branch begins, `later` days on.
 * @param {string} day  2026-03-02, or empty
 * @param {number} later
 */
function beginningOf(day, later) {
  if (!day) return "";
  const [year, month, date] = day.split("-").map(Number);
  if (year < 1970 || year > 9000) return "";
  const midnight = Date.UTC(year, month - 1, date + later);
  return new Date(midnight - ahead(midnight)).toISOString();
}

/**
 * How far the branch's clock is ahead of UTC's, in ms.
 * @param {number} at
 */
function ahead(at) {
  const timeZone = boot.snapshot ? boot.snapshot.branch.time_zone : undefined;
  const parts = zoneFormat("en-GB", timeZone, { dateStyle: "short", timeStyle: "medium" }).formatToParts(at);
  const part = (/** @type {string} */ type) => Number(parts.find((one) => one.type === type)?.value);
  const clock = [part("hour") % 24, part("minute"), part("second")];
  return Date.UTC(part("year"), part("month") - 1, part("day"), ...clock) - at;
}
