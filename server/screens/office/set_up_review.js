/** The last look before a draft comes into force; and what to do where somebody else was quicker. */

import { Refused } from "../shared/api.js";
import { name, t, tCount } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { asked, moment } from "./parts.js";
import { inForce, putIntoForce, versions } from "./set_up_calls.js";
import { changeList } from "./set_up_changes.js";
import { who } from "./set_up_versions.js";

/** @typedef {import("./set_up_desk.js").Desk} Desk */
/** @typedef {import("./set_up_calls.js").Judgement} Judgement */

/**
 * @param {Desk} desk
 * @param {Judgement} judgement
 * @returns {Promise<import("./set_up_draft.js").InForce | "changed" | null>} null: not now
 */
export function review(desk, { changes, warnings }) {
  const { document, version } = desk.draft;
  const list = { tabindex: 0, role: "group", "aria-label": t("office.set_up.review.list") };
  return asked({
    title: tCount("office.set_up.review.title", changes.length),
    body: [
      el("p", null, t("office.set_up.review.about")),
      warnings.length > 0 && el("ul", { class: "warnings" }, warnings.map((warning) => el("li", null, name(warning.words)))),
      el("div", { class: "ask__list", ...list }, changeList(changes)),
    ],
    yes: t("office.set_up.review.yes"),
    no: t("office.set_up.back"),
    send: () => put(desk.branch, document, version),
  });
}

/**
 * @param {string} branch
 * @param {import("./set_up_document.js").SetUp} document
 * @param {string} version
 */
async function put(branch, document, version) {
  try {
    return await putIntoForce(branch, document, version);
  } catch (problem) {
    if (problem instanceof Refused && problem.code === "set_up_changed") return "changed";
    throw problem;
  }
}

/**
 * Somebody else was quicker: says who, and offers to put mine on top of theirs.
 * @param {Desk} desk
 */
export async function joinTheirs(desk) {
  const [theirs, newest] = await Promise.all([inForce(desk.branch), versions(desk.branch, 1)]);
  const [latest] = newest.versions;
  const told = latest ? { who: who(latest), when: moment(latest.at) } : { who: t("office.set_up.who.somebody"), when: "" };
  const agreed = await asked({
    title: t("office.set_up.conflict.title"),
    body: [
      el("p", null, t("office.set_up.conflict.about", told)),
      latest && el("div", { class: "ask__list" }, changeList(latest.changes)),
      el("p", null, t("office.set_up.conflict.choice")),
    ],
    yes: t("office.set_up.conflict.join"),
    no: t("office.set_up.back"),
  });
  if (agreed) desk.draft.rebase(theirs);
}
