/** The set-up as one file: taken along, and brought in again as a draft that one looks at first. */

import { Refused } from "../shared/api.js";
import { t } from "../shared/boot.js";
import { el, fill } from "../shared/dom.js";
import { button } from "./parts.js";
import { exported, read } from "./set_up_calls.js";
import { block } from "./set_up_page_parts.js";

/** @typedef {import("./set_up_desk.js").Desk} Desk */

const LARGEST = 500_000;

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
      const { document } = await read(desk.branch, await file.text());
      desk.draft.take({ ...document, branch: { ...document.branch, id: desk.document.branch.id } });
      desk.toast(t("office.set_up.files.taken", { file: file.name }));
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
