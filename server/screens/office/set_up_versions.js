/** Versions: who changed what, and when; any of them can be taken up again. */

import { name, t } from "../shared/boot.js";
import { el, fill } from "../shared/dom.js";
import { asked, brought, button, moment } from "./parts.js";
import { judge, version, versions } from "./set_up_calls.js";
import { changeList } from "./set_up_changes.js";
import { block, nothing } from "./set_up_page_parts.js";

/** @typedef {import("./set_up_desk.js").Desk} Desk */
/** @typedef {import("./set_up_calls.js").Version} Version */
/** @typedef {import("./set_up_calls.js").Judgement} Judgement */

const PAGE = 20;
const SHOWN = 3;
const FIRST = "branch.installed";

/** @param {Desk} desk */
export function versionList(desk) {
  const place = el("div", null);
  const list = el("ol", { class: "versions" });
  const foot = el("div", null);
  const more = async (/** @type {number} */ before) => take(await versions(desk.branch, PAGE, before));
  const take = (/** @type {{versions: Version[], more: boolean}} */ found) => {
    list.append(...found.versions.map((one, n) => versionRow(desk, one, list.children.length + n === 0)));
    const last = found.versions[found.versions.length - 1];
    fill(foot, found.more && last && button(t("office.set_up.versions.more"), () => more(last.seq), { quiet: true }));
  };
  brought(place, () => versions(desk.branch, PAGE), (found) => {
    take(found);
    fill(place, found.versions.length > 0 ? [list, foot] : nothing(t("office.set_up.versions.none")));
  });
  return [block("versions", t("office.set_up.versions.about"), [place])];
}

/**
 * @param {Desk} desk
 * @param {Version} one
 * @param {boolean} newest
 */
function versionRow(desk, one, newest) {
  const rest = one.changes.length - SHOWN;
  const allWords = t("office.set_up.versions.all", { n: one.changes.length });
  const all = rest > 0 && button(allWords, () => tellAll(one), { quiet: true });
  const restore = newest
    ? el("span", { class: "chip chip--good" }, t("office.set_up.versions.newest"))
    : desk.mayChange && button(t("office.set_up.versions.restore"), () => look(desk, one));
  const first = one.what === FIRST && el("p", { class: "small" }, t("office.set_up.versions.first"));
  const did = one.changes.length > 0 ? changeList(one.changes.slice(0, SHOWN)) : first;
  return el(
    "li",
    { class: "version" },
    el("p", { class: "version__when" }, el("b", null, moment(one.at)), el("span", null, who(one))),
    el("div", { class: "version__what" }, el("p", null, name(one.words)), did, all),
    restore,
  );
}

/** @param {Version} one */
export function who(one) {
  return one.who.name || t(`office.set_up.who.${one.who.kind === "server" ? "server" : "somebody"}`);
}

/** @param {Version} one */
function heading(one) {
  return { title: t("office.set_up.versions.title", { when: moment(one.at) }), said: el("p", null, who(one), " · ", name(one.words)) };
}

/**
 * What that change once did.
 * @param {Version} one
 */
function tellAll(one) {
  const { title, said } = heading(one);
  return asked({ title, body: [said, el("div", { class: "ask__list" }, changeList(one.changes))], yes: t("office.close") });
}

/**
 * What it would change now to take this version up again.
 * @param {Desk} desk
 * @param {Version} one
 */
async function look(desk, one) {
  const { title, said } = heading(one);
  const place = el("div", { class: "ask__list" });
  const ask = async () => judge(desk.branch, (await version(desk.branch, one.seq)).document);
  brought(place, ask, (judgement) => fill(place, wouldChange(judgement)));
  const found = await asked({
    title,
    body: [said, one.what === FIRST && el("p", null, t("office.set_up.versions.first")), place],
    yes: t("office.set_up.versions.take"),
    no: t("office.set_up.back"),
    send: () => version(desk.branch, one.seq),
  });
  if (!found) return;
  desk.draft.take(found.document);
  desk.toast(t("office.set_up.versions.taken", { when: moment(one.at) }));
}

/** @param {Judgement} judgement */
function wouldChange({ faults, changes }) {
  if (faults.length > 0) {
    const list = el("ul", { class: "warnings" }, faults.map((fault) => el("li", null, name(fault.words))));
    return [el("p", null, t("office.set_up.versions.faulty")), list];
  }
  if (changes.length === 0) return [el("p", null, t("office.set_up.versions.same"))];
  return [el("p", null, t("office.set_up.versions.now")), changeList(changes)];
}
