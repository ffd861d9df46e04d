/** A one-time link, shown once and large, with a key that copies it. */

import { t } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { button, moment, shown } from "./parts.js";

/**
 * @param {string} person  for whom it is
 * @param {import("./people_calls.js").Link} given
 */
export function linkShown(person, given) {
  const link = el("textarea", { class: "input link__text", readonly: true, rows: 3, "aria-label": t("office.link.label") });
  link.value = given.link;
  link.onfocus = () => link.select();
  const copied = el("p", { class: "said said--good", role: "status" });
  const copy = button(t("office.link.copy"), async () => {
    copied.textContent = t((await copyFrom(link)) ? "office.link.copied" : "office.link.by_hand");
  }, { shape: "copy" });
  const until = el("p", { class: "link__until" }, t("office.link.until", { when: moment(given.ends_at) }));
  const body = [el("p", null, t("office.link.about", { name: person })), link, copy, copied, until];
  return shown(t("office.link.title", { name: person }), body);
}

/**
 * Without TLS a browser has no clipboard of the newer kind.
 * @param {HTMLTextAreaElement} text
 * @returns {Promise<boolean>} whether it was copied
 */
async function copyFrom(text) {
  text.focus();
  text.select();
  try {
    await navigator.clipboard.writeText(text.value);
    return true;
  } catch {
    return document.execCommand("copy");
  }
}
