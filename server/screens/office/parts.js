/** What every view of the office is put together from: a head, a field, a question, a time in words. */

import { Refused } from "../shared/api.js";
import { boot, language, t } from "../shared/boot.js";
import { el, fill } from "../shared/dom.js";
import { icon } from "../shared/icons.js";
import { zoneFormat } from "../shared/zones.js";

/** @typedef {import("../shared/dom.js").Child} Child */

/**
 * @param {string} title
 * @param {string} intro
 * @param {...Child} keys
 */
export function head(title, intro, ...keys) {
  const words = el("div", null, el("h1", null, title), intro && el("p", { class: "head__intro" }, intro));
  return el("header", { class: "head" }, words, keys.length > 0 && el("div", { class: "head__keys" }, keys));
}

/**
 * @param {string} words
 * @param {() => void} press
 * @param {{primary?: boolean, bad?: boolean, quiet?: boolean, shape?: import("../shared/icons.js").Shape, label?: string}} [how]
 */
export function button(words, press, how = {}) {
  const kind = how.primary ? " button--primary" : how.bad ? " button--bad" : how.quiet ? " button--quiet" : "";
  const drawing = how.shape && icon(how.shape);
  const attributes = { class: `button${kind}`, type: "button", "aria-label": how.label, onclick: press };
  return el("button", attributes, drawing, words);
}

/**
 * One matter of a page, with its name.
 * @param {string} title
 * @param {...(Child | Child[])} content
 */
export function part(title, ...content) {
  return el("section", { class: "panel part" }, el("h2", null, title), ...content);
}

let fields = 0;

/**
 * A label, what is typed, and what helps to type it.
 * @param {string} label
 * @param {HTMLElement} input
 * @param {Child} [note]
 */
export function field(label, input, note) {
  const id = input.id || `field-${(fields += 1)}`;
  input.id = id;
  if (note) input.setAttribute("aria-describedby", `${id}-note`);
  const below = note && el("p", { class: "field__note", id: `${id}-note` }, note);
  return el("div", { class: "field" }, el("label", { for: id }, label), input, below);
}

/**
 * @param {string} name
 * @param {Record<string, any>} [attributes]
 */
export function textInput(name, attributes) {
  const usual = { class: "input", type: "text", name, autocomplete: "off", spellcheck: "false" };
  return el("input", Object.assign(usual, attributes));
}

/**
 * @param {string} name
 * @param {[string, string][]} choices  value and words
 * @param {string} [chosen]
 */
export function choice(name, choices, chosen) {
  const options = choices.map(([value, words]) => el("option", { value, selected: value === chosen }, words));
  return el("select", { class: "input", name }, options);
}

/**
 * @typedef {Object} Asked
 * @property {string} title
 * @property {Child[]} body
 * @property {string} yes
 * @property {string} [no]
 * @property {boolean} [bad]  it cannot be undone
 * @property {(data: FormData) => Promise<any>} [send]  what "yes" does; a refusal is told in the dialog, which stays
 */

/**
 * A question in the middle of the page.
 * @param {Asked} asked
 * @returns {Promise<any>} what `send` gave, or true; null for "no"
 */
export function asked({ title, body, yes, no, bad, send }) {
  return new Promise((resolve) => {
    /** @type {any} */
    let answer = null;
    const said = el("p", { class: "said", role: "alert" });
    const go = el("button", { class: `button button--${bad ? "bad" : "primary"}`, type: "submit" }, yes);
    const back = button(no ?? t("office.no"), () => dialog.close());
    const id = `ask-${(fields += 1)}`;
    const keys = el("div", { class: "ask__keys" }, back, go);
    const form = el("form", { class: "ask__body", novalidate: true }, el("h2", { id }, title), body, said, keys);
    const dialog = el("dialog", { class: "ask", "aria-labelledby": id }, form);
    form.onsubmit = async (event) => {
      event.preventDefault();
      if (go.disabled) return;
      fill(said);
      const missing = /** @type {HTMLInputElement | null} */ (form.querySelector(":invalid"));
      if (missing) return void missing.reportValidity();
      go.disabled = true;
      const found = await told(said, async () => (send ? ((await send(new FormData(form))) ?? true) : true));
      go.disabled = false;
      if (found === null) return;
      answer = found;
      dialog.close();
    };
    show(dialog, () => resolve(answer));
    const first = form.querySelector("[autofocus], input:not([type=hidden]), select, textarea");
    (first instanceof HTMLElement ? first : back).focus();
  });
}

/**
 * Something to read or take along, with one key to close it.
 * @param {string} title
 * @param {Child[]} body
 * @param {{once?: boolean}} [how]  once: nobody can show it again, so that Escape, hit by mistake, does not take it away
 * @returns {Promise<void>}
 */
export function shown(title, body, { once = false } = {}) {
  return new Promise((resolve) => {
    const key = button(t("office.close"), () => dialog.close(), { primary: true });
    const id = `ask-${(fields += 1)}`;
    const said = el("p", { class: "said said--warn", role: "alert" });
    const keys = el("div", { class: "ask__keys" }, key);
    const inside = el("div", { class: "ask__body" }, el("h2", { id }, title), body, said, keys);
    const dialog = el("dialog", { class: "ask", "aria-labelledby": id }, inside);
    dialog.oncancel = (event) => {
      if (once) event.preventDefault();
    };
    dialog.onkeydown = (event) => {
      if (!once || event.key !== "Escape") return;
      event.preventDefault();
      fill(said, t("office.shown_once"));
    };
    show(dialog, resolve);
  });
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {() => void} closed
 */
function show(dialog, closed) {
  const before = document.activeElement;
  dialog.onclose = () => {
    dialog.remove();
    if (before instanceof HTMLElement && before.isConnected) before.focus();
    closed();
  };
  document.body.append(dialog);
  dialog.showModal();
}

/**
 * Does it, and tells a refusal in words where it was asked.
 * @template Answer
 * @param {HTMLElement} said
 * @param {() => Promise<Answer>} act
 * @returns {Promise<Answer | null>} null: refused
 */
export async function told(said, act) {
  fill(said);
  try {
    return await act();
  } catch (problem) {
    if (!(problem instanceof Refused)) throw problem;
    fill(said, problem.sentence());
    return null;
  }
}

/**
 * Shows what `ask` brings; meanwhile and on a refusal, that.
 * @template Answer
 * @param {HTMLElement} place
 * @param {() => Promise<Answer>} ask
 * @param {(answer: Answer) => void} draw
 */
export async function brought(place, ask, draw) {
  if (!place.firstChild) fill(place, el("p", { class: "empty", "aria-busy": "true" }, t("office.loading")));
  try {
    draw(await ask());
  } catch (problem) {
    if (!(problem instanceof Refused)) throw problem;
    const again = button(t("office.again"), () => brought(place, ask, draw));
    fill(place, el("div", { class: "empty", role: "alert" }, el("p", null, problem.sentence()), again));
  }
}

/**
 * A moment in the branch's own time and the page's language.
 * @param {string | null} at
 * @param {Intl.DateTimeFormatOptions} [how]
 */
export function moment(at, how = { dateStyle: "medium", timeStyle: "short" }) {
  if (!at) return "";
  const zone = boot.snapshot ? boot.snapshot.branch.time_zone : undefined;
  const locale = language() === "zh" ? "zh-CN" : "en-GB";
  return zoneFormat(locale, zone, how).format(new Date(at));
}

/**
 * How long ago it was, in rough words: "3 minutes ago".
 * @param {string | null} at
 */
export function ago(at) {
  if (!at) return "";
  const seconds = (Date.now() - new Date(at).getTime()) / 1000;
  if (seconds < 60) return t("office.just_now");
  const words = new Intl.RelativeTimeFormat(language() === "zh" ? "zh-CN" : "en-GB", { numeric: "auto" });
  if (seconds < 3600) return words.format(-Math.round(seconds / 60), "minute");
  if (seconds < 48 * 3600) return words.format(-Math.round(seconds / 3600), "hour");
  return words.format(-Math.round(seconds / 86400), "day");
}
