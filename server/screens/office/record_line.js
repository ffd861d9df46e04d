/** One record: when, who and what in a line; from where, and what differs, when it is opened. */

import { boot, name, t } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { icon } from "../shared/icons.js";
import { differences } from "./differences.js";
import { moment } from "./parts.js";

/** @typedef {import("./record_lines.js").Line} Line */

const BAD = new Set(["access.refused", "access.sign_in_refused"]);

/** @typedef {Map<string, string>} Names  of people, and numbers of tickets, by id */

/**
 * @param {Line} line
 * @param {Names} names
 */
export function recordLine(line, names) {
  const time = moment(line.at, { timeStyle: "medium" });
  const what = el("span", { class: BAD.has(line.what) ? "record__what record__what--bad" : "record__what" }, title(line));
  const summary = el(
    "summary",
    { class: "record__line" },
    el("time", { class: "record__time", datetime: line.at }, time),
    what,
    el("span", { class: "record__subject" }, subject(line, names)),
    el("span", { class: "record__who" }, whoOf(line)),
    icon("add"),
  );
  const details = el("details", { class: "record" }, summary);
  // What is inside is made when it is asked for: hundreds of lines, each with a whole branch in it, would be slow.
  details.ontoggle = () => details.open && !details.querySelector(".record__inside") && details.append(inside(line, names));
  return details;
}

/** @param {Line} line */
function title(line) {
  return name(line.words) || line.what;
}

/** @param {Line} line */
function whoOf(line) {
  if (line.who.name) return line.who.name;
  if (line.who.kind === "server") return t("office.records.server");
  return line.who.kind === "unknown" ? t("office.records.unknown") : line.who.id;
}

/**
 * What it is about, by the name that people know it by.
 * @param {Line} line
 * @param {Names} names
 */
function subject(line, names) {
  const state = line.after ?? line.before ?? {};
  if (line.what === "access.refused") return known("office.may.", line.subject) ?? t("office.may.other");
  if (line.subject === line.who.id) return "";
  const person = names.get(state.staff_id);
  if (person) return line.who.id === state.staff_id ? "" : person;
  const settings = state.settings ?? state;
  if (typeof settings.name === "string" && settings.name) return settings.name;
  if (settings.name && typeof settings.name === "object") return name(settings.name);
  if (typeof state.number === "string") return state.number;
  if (typeof state.number === "number") return t("office.records.counter", { number: state.number });
  if (line.what.startsWith("customer.")) return customer(line, state, names);
  if (state.counter_class) return t(`shared.class.${state.counter_class}`);
  const kind = known("office.device_kind.", state.kind);
  if (kind) return kind;
  if (line.what === "branch.set_up") return changed(line);
  const id = line.subject.split(":").pop() ?? "";
  // The branch itself is named at the head of the page.
  return id === boot.branch_id ? "" : id.slice(0, 40);
}

/**
 * Where in the set-up it was: one place of them, and how many more.
 * @param {Line} line
 */
function changed(line) {
  const [first, ...more] = differences(line.before, line.after);
  if (!first) return "";
  return more.length > 0 ? `${first.path} +${more.length}` : first.path;
}

/**
 * The number of their ticket: an id says nothing to anybody. Those of days that were put away are found no more. Of
 * who was looked for, how many were found: which ones is not kept.
 * @param {Line} line
 * @param {any} state
 * @param {Names} names
 */
function customer(line, state, names) {
  const by = state.by && t(`office.customers.by.${state.by}`);
  const found = typeof state.found === "number" && t("office.customers.found", { n: state.found });
  const number = names.get(state.ticket_id ?? line.subject);
  return [by, found, number].filter(Boolean).join(" · ");
}

/**
 * @param {Line} line
 * @param {Names} names
 */
function inside(line, names) {
  const named = (/** @type {string | null} */ words) => names.get(words ?? "") ?? words;
  const found = differences(line.before, line.after);
  const rows = found.map(({ path, before, after }) => ({ path, before: named(before), after: named(after) }));
  return el(
    "div",
    { class: "record__inside" },
    facts(line, subject(line, names)),
    rows.length > 0 && differenceTable(rows),
    el("p", { class: "small record__seal" }, t("office.records.seal", { seq: line.seq, hash: line.hash.slice(0, 16) })),
  );
}

/**
 * @param {Line} line
 * @param {string} about
 */
function facts(line, about) {
  const role = known("office.role.", line.who.kind) ?? known("office.device_kind.", line.who.kind);
  /** @type {[string, string][]} */
  const told = [
    [t("office.records.who"), [whoOf(line), role].filter(Boolean).join(" · ")],
    [t("office.records.address"), line.address || t("office.records.at_server")],
    [t("office.records.about"), about && about !== line.subject ? `${about} (${line.subject})` : line.subject],
    [t("office.records.code"), line.what],
  ];
  const pairs = told.flatMap(([key, value]) => [el("dt", null, key), el("dd", null, value)]);
  return el("dl", { class: "record__facts" }, pairs);
}

/** @param {import("./differences.js").Difference[]} rows */
function differenceTable(rows) {
  const heads = ["field", "before", "after"].map((key) => el("th", { scope: "col" }, t(`office.records.${key}`)));
  const lines = rows.map(({ path, before, after }) =>
    el("tr", null, el("th", { scope: "row" }, path), cell(before, "before"), cell(after, "after")),
  );
  const table = el("table", { class: "differs" }, el("thead", null, el("tr", null, heads)), el("tbody", null, lines));
  return el("div", { class: "differs__scroll", tabindex: "0", role: "group", "aria-label": t("office.records.differs") }, table);
}

/**
 * @param {string | null} words
 * @param {"before" | "after"} side
 */
function cell(words, side) {
  if (words === null) return el("td", { class: "differs__none" }, "–");
  return el("td", { class: `differs__${side}` }, words);
}

/**
 * @param {string} prefix
 * @param {string} key
 */
function known(prefix, key) {
  const found = t(prefix + key);
  return found === prefix + key ? null : found;
}
