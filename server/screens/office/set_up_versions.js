/** Versions: who changed what, and when; any of them can be taken up again. */

import { name, t } from "../shared/boot.js";
import { el, fill } from "../shared/dom.js";
import { asked, brought, button, moment } from "./parts.js";
import { version, versions } from "./set_up_calls.js";
import { changeList } from "./set_up_changes.js";
import { block, nothing } from "./set_up_page_parts.js";

/** @typedef {import("./set_up_desk.js").Desk} Desk */
/** @typedef {import("./set_up_calls.js").Version} Version */

const PAGE = 20;
const SHOWN = 3;

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
  const all = rest > 0 && button(allWords, () => look(desk, one, newest), { quiet: true });
  const restore = newest
    ? el("span", { class: "chip chip--good" }, t("office.set_up.versions.newest"))
    : desk.mayChange && button(t("office.set_up.versions.restore"), () => look(desk, one, newest));
  return el(
    "li",
    { class: "version" },
    el("p", { class: "version__when" }, el("b", null, moment(one.at)), el("span", null, who(one))),
    el("div", { class: "version__what" }, el("p", null, name(one.words)), changeList(one.changes.slice(0, SHOWN)), all),
    restore,
  );
}

/** @param {Version} one */
export function who(one) {
  return one.who.name || t(`office.set_up.who.${one.who.kind === "server" ? "server" : "somebody"}`);
}

/**
 * @param {Desk} desk
 * @param {Version} one
 * @param {boolean} newest
 */
async function look(desk, one, newest) {
  const list = el("div", { class: "ask__list" }, changeList(one.changes));
  const found = await asked({
    title: t("office.set_up.versions.title", { when: moment(one.at) }),
    body: [el("p", null, who(one), " · ", name(one.words)), one.changes.length > 0 && list],
    yes: t(newest ? "office.close" : "office.set_up.versions.take"),
    no: t("office.set_up.back"),
    send: newest ? undefined : () => version(desk.branch, one.seq),
  });
  if (!found || newest) return;
  desk.draft.take(found.document);
  desk.toast(t("office.set_up.versions.taken", { when: moment(one.at) }));
}
