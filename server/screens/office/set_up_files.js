/** The set-up as one file: taken along, and brought in again as a draft that one looks at first. */

import { Refused } from "../shared/api.js";
import { name, t } from "../shared/boot.js";
import { el, fill } from "../shared/dom.js";
import { button } from "./parts.js";
import { exported, judge, read } from "./set_up_calls.js";
import { block } from "./set_up_page_parts.js";

/** @typedef {import("./set_up_desk.js").Desk} Desk */
/** @typedef {import("./set_up_document.js").SetUp} SetUp */

const LARGEST = 500_000;
const NEEDED = /** @type {const} */ (["callboard", "branch", "hours", "queues", "services", "counters", "classes"]);
// What no field of the page could show or mend.
const UNSHOWN = new Set(["missing", "not_object", "not_list", "not_text", "unknown_key", "not_this_format"]);

/** @param {Desk} desk */
export function files(desk) {
  return [
    block("export", t("office.set_up.files.export_about"), [
      el("p", null, button(t("office.set_up.files.export"), () => save(desk), { shape: "save" })),
    ]),
    desk.mayChange && block("import", t("office.set_up.files.import_about"), importing(desk)),
  ];
}

/** @param {Desk} desk */
async function save(desk) {
  try {
    const file = new Blob([await exported(desk.branch)], { type: "application/yaml" });
    const link = el("a", { href: URL.createObjectURL(file), download: `${desk.branch}.yaml` });
    link.click();
    URL.revokeObjectURL(link.href);
  } catch (problem) {
    if (!(problem instanceof Refused)) throw problem;
    desk.toast(problem.sentence(), "refused");
  }
}

/** @param {Desk} desk */
function importing(desk) {
  const said = el("p", { class: "said", role: "alert" });
  const input = el("input", { type: "file", accept: ".yaml,.yml,.txt", class: "unseen", "data-key": "files.import" });
  const words = [el("b", null, t("office.set_up.files.choose")), el("span", null, t("office.set_up.files.or_drop"))];
  const drop = el("label", { class: "drop" }, input, words);
  const take = async (/** @type {File | undefined} */ file) => {
    if (!file) return;
    fill(said);
    try {
      if (file.size > LARGEST) throw new Refused(413, { code: "too_large", words: undefined });
      fill(said, await takeUp(desk, file));
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      fill(said, problem.sentence());
    }
    input.value = "";
  };
  input.onchange = () => take(input.files?.[0]);
  drop.ondragover = (event) => event.preventDefault();
  drop.ondrop = (event) => {
    event.preventDefault();
    take(event.dataTransfer?.files[0]);
  };
  return [drop, said];
}

/**
 * @param {Desk} desk
 * @param {File} file
 * @returns {Promise<string | null>} why it cannot be the draft
 */
async function takeUp(desk, file) {
  const text = asText(await file.arrayBuffer());
  if (text === null) return t("office.set_up.files.not_utf8");
  const { document } = await read(desk.branch, text);
  const wanted = whole(document, desk.draft.base);
  const { faults } = await judge(desk.branch, wanted);
  const wrong = faults.find((fault) => UNSHOWN.has(fault.code));
  if (wrong) return t("office.set_up.files.unshown", { place: wrong.path, fault: name(wrong.words) });
  desk.draft.take(wanted);
  desk.toast(t("office.set_up.files.taken", { file: file.name }));
  return null;
}

/**
 * A browser would read any other writing, too, as letters that nobody wrote.
 * @param {ArrayBuffer} bytes
 */
function asText(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/**
 * A file of a few parts changes those alone; in a whole one, what may be left out is left out.
 * @param {SetUp} document
 * @param {SetUp} base
 * @returns {SetUp}
 */
function whole(document, base) {
  const there = /** @type {SetUp} */ (Object.fromEntries(Object.entries(document).filter(([, part]) => part !== null)));
  const isPart = NEEDED.some((key) => there[key] === undefined);
  const branch = isPart ? { ...base.branch, ...there.branch } : there.branch;
  return { ...(isPart ? base : {}), ...there, branch: { ...branch, id: base.branch.id } };
}
