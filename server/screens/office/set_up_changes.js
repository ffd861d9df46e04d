/** Changes in words: what was, and what will be. */

import { name, t } from "../shared/boot.js";
import { el } from "../shared/dom.js";

/** @typedef {import("./set_up_calls.js").Change} Change */

const SIGNS = { added: "+", removed: "−", changed: "→" };

/** @param {Change[]} changes */
export function changeList(changes) {
  return el(
    "ul",
    { class: "changes" },
    changes.map((change) =>
      el(
        "li",
        { class: "change", "data-what": change.what },
        el("span", { class: "change__sign", "aria-hidden": "true" }, SIGNS[change.what] ?? "→"),
        el("span", { class: "unseen" }, t(`office.set_up.change.${change.what}`)),
        el("span", null, name(change.words)),
      ),
    ),
  );
}
