/** The fields of the set-up page. Each knows its place in the document, and has room below for what is wrong there. */

import { boot, language, t, tIn } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { put } from "./set_up_document.js";
import { drawing } from "./set_up_drawings.js";

/** @typedef {import("./set_up_desk.js").Desk} Desk */
/** @typedef {import("../shared/dom.js").Child} Child */
/** @typedef {{value: string, words: string}} Option */

/**
 * @typedef {Object} Numeric
 * @property {number} [min]
 * @property {number} [max]
 * @property {number} [step]
 * @property {boolean} [optional]  left empty, it stands nowhere
 * @property {number} [usual]  what counts where nothing stands
 */

/**
 * A label, what it names, and room for what is wrong with it.
 * @param {string} path
 * @param {string} words
 * @param {HTMLElement} control
 * @param {Child} [note]
 */
export function field(path, words, control, note) {
  const label = el("label", { class: "field__label" }, words, control);
  return el("div", { class: "field" }, label, note && el("p", { class: "field__note" }, note), room(path));
}

/**
 * Where the sentence about a fault will stand.
 * @param {string} path
 */
export function room(path) {
  return el("p", { class: "field__fault", id: `fault-${path}`, "data-fault": path, hidden: true });
}

/**
 * @param {Desk} desk
 * @param {string} path
 * @param {Record<string, any>} [attributes]
 */
export function textInput(desk, path, attributes = {}) {
  const input = el("input", { ...inputAttributes(desk, path), type: "text", maxlength: 120, ...attributes });
  input.value = desk.at(path) ?? "";
  input.oninput = () => desk.draft.type(path, input.value);
  return input;
}

/**
 * @param {Desk} desk
 * @param {string} path
 * @param {Numeric} [limits]
 * @param {Record<string, any>} [attributes]
 */
export function numberInput(desk, path, { min = 0, max, step = 1, optional, usual } = {}, attributes = {}) {
  const known = { ...inputAttributes(desk, path), type: "number", min, max, step, inputmode: "decimal" };
  const input = el("input", { ...known, ...attributes });
  const value = desk.at(path) ?? usual;
  input.value = value === null || value === undefined ? "" : String(value);
  input.oninput = () => {
    if (input.value !== "") desk.draft.type(path, input.valueAsNumber);
    else if (optional) desk.draft.type(path, undefined);
    else desk.draft.type(path, null);
  };
  return input;
}

/**
 * @param {Desk} desk
 * @param {string} path
 * @param {Record<string, any>} [attributes]
 */
export function timeInput(desk, path, attributes = {}) {
  const input = el("input", { ...inputAttributes(desk, path), type: "time", required: true, ...attributes });
  input.value = String(desk.at(path) ?? "").slice(0, 5);
  // Half a time is none yet: what stood there stands until the other half is typed.
  input.oninput = () => input.value && desk.draft.type(path, input.value);
  return input;
}

/**
 * @param {Desk} desk
 * @param {string} path
 * @param {Option[]} options
 * @param {Record<string, any>} [attributes]
 * @param {(value: string) => void} [chosen]  where it means more than a value in its place
 */
export function choiceInput(desk, path, options, attributes = {}, chosen) {
  const value = String(desk.at(path) ?? "");
  const known = options.some((option) => option.value === value);
  const all = known ? options : [{ value, words: value || t("office.set_up.choose") }, ...options];
  const items = all.map((option) => el("option", { value: option.value }, option.words));
  const input = el("select", { ...inputAttributes(desk, path), ...attributes }, items);
  input.value = value;
  const take = chosen ?? ((wanted) => desk.draft.edit((document) => put(document, path, wanted || undefined)));
  input.onchange = () => take(input.value);
  return input;
}

/**
 * @param {Desk} desk
 * @param {string} key
 * @param {boolean} on
 * @param {string} words
 * @param {(on: boolean) => void} turned
 */
export function tick(desk, key, on, words, turned) {
  const input = el("input", { type: "checkbox", "data-key": key, disabled: !desk.mayChange });
  input.checked = on;
  input.onchange = () => turned(input.checked);
  return el("label", { class: "tick" }, input, el("span", null, words));
}

/**
 * A name in both languages, side by side.
 * @param {Desk} desk
 * @param {string} path
 * @param {string} words  what is named
 */
export function names(desk, path, words) {
  return el("div", { class: "names" }, nameInputs(desk, path, words));
}

/**
 * @param {Desk} desk
 * @param {string} path
 * @param {string} words
 */
function nameInputs(desk, path, words) {
  // Whoever reads the page in a language writes in that one first.
  const first = language();
  return [first, ...boot.languages.filter((lang) => lang !== first)].map((lang) => {
    const own = `${path}.${lang}`;
    const label = t("office.set_up.named_in", { what: words, language: t(`office.set_up.language.${lang}`) });
    const input = textInput(desk, own, { lang, placeholder: words });
    // The field speaks its own language, and what it is called the page's.
    const spoken = el("span", { class: "unseen" }, label);
    const tag = el("span", { class: "names__language", lang, "aria-hidden": "true" }, tIn(lang, "shared.language"));
    return el("div", { class: "field" }, el("label", { class: "names__box" }, spoken, tag, input), room(own));
  });
}

/**
 * A button of a row; it keeps its focus when the section is drawn anew.
 * @param {Desk} desk
 * @param {string} key
 * @param {Child} face
 * @param {string} words  what is spoken, and shown on hover
 * @param {() => void} press
 * @param {boolean} [possible]
 */
export function rowKey(desk, key, face, words, press, possible = true) {
  const attributes = { type: "button", "data-key": key, "aria-label": words, title: words };
  const disabled = !desk.mayChange || !possible;
  return el("button", { class: "row-key", ...attributes, disabled, onclick: press }, face);
}

/**
 * Takes away what has this name.
 * @param {Desk} desk
 * @param {string} key
 * @param {string} name
 * @param {() => void} press
 * @param {boolean} [possible]
 */
export function removeKey(desk, key, name, press, possible) {
  return rowKey(desk, `${key}.remove`, drawing("remove"), t("office.set_up.remove", { name }), press, possible);
}

/**
 * @param {Desk} desk
 * @param {string} key
 * @param {Child} face
 * @param {() => void} press
 */
export function addKey(desk, key, face, press) {
  const attributes = { type: "button", "data-key": key, disabled: !desk.mayChange, onclick: press };
  return el("button", { class: "button add-key", ...attributes }, face);
}

/**
 * @param {Desk} desk
 * @param {string} path
 */
function inputAttributes(desk, path) {
  const known = { class: "input", "data-key": path, "data-path": path, "aria-describedby": `fault-${path}` };
  return { ...known, disabled: !desk.mayChange, autocomplete: "off" };
}
