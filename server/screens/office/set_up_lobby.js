/** Lobby: how the displays look, which language comes first, and how a call is worded. */

import { t, tIn } from "../shared/boot.js";
import { el, say } from "../shared/dom.js";
import { removeKey, room, textInput } from "./set_up_fields.js";
import { layoutPicture, LAYOUTS } from "./set_up_layouts.js";
import { orderKeys } from "./set_up_order.js";
import { block } from "./set_up_page_parts.js";

/** @typedef {import("./set_up_desk.js").Desk} Desk */

const THEMES = ["auto", "day", "night"];
const SPOKEN = ["zh", "en"];

/** @param {Desk} desk */
export function lobby(desk) {
  return [
    block("layout", t("office.set_up.lobby.layout_about"), [layouts(desk), room("display.layout")]),
    block("theme", null, [themes(desk), room("display.theme")]),
    block("languages", t("office.set_up.lobby.languages_about"), languages(desk)),
    block("wording", t("office.set_up.lobby.wording_about"), desk.languages.map((lang) => wording(desk, lang))),
  ];
}

/** @param {Desk} desk */
function layouts(desk) {
  const chosen = desk.at("display.layout") ?? "waiting";
  const shown = LAYOUTS.includes(chosen) ? LAYOUTS : [...LAYOUTS, chosen];
  const choices = shown.map((key) =>
    radio(desk, "display.layout", key, key === chosen, [
      layoutPicture(key),
      el("b", null, t(`office.set_up.layout.${key}`)),
      el("span", { class: "choice__about" }, t(`office.set_up.layout.${key}_about`)),
    ]),
  );
  return el("div", { class: "choices", role: "radiogroup", "aria-labelledby": "block-layout" }, choices);
}

/** @param {Desk} desk */
function themes(desk) {
  const chosen = desk.at("display.theme") ?? "auto";
  const choices = THEMES.map((key) =>
    radio(desk, "display.theme", key, key === chosen, [el("b", null, t(`office.set_up.theme.${key}`))]),
  );
  return el("div", { class: "choices choices--small", role: "radiogroup", "aria-labelledby": "block-theme" }, choices);
}

/**
 * @param {Desk} desk
 * @param {string} path
 * @param {string} value
 * @param {boolean} on
 * @param {Element[]} face
 */
export function radio(desk, path, value, on, face) {
  const key = `${path}.${value}`;
  const input = el("input", { type: "radio", name: path, value, "data-key": key, disabled: !desk.mayChange });
  input.checked = on;
  input.onchange = () =>
    desk.draft.edit((document) => {
      const [part, field] = path.split(".");
      const place = /** @type {any} */ (document);
      place[part] = { ...place[part], [field]: value };
    });
  return el("label", { class: "choice" }, input, el("span", { class: "choice__face" }, face));
}

/** @param {Desk} desk */
function languages(desk) {
  const spoken = desk.document.branch.languages;
  const rows = spoken.map((lang, n) => {
    const words = t(`office.set_up.language.${lang}`);
    const drop = () => desk.draft.edit(({ branch }) => void branch.languages.splice(n, 1), `languages.add.${lang}`);
    return el(
      "li",
      { class: "row" },
      el("span", { class: "row__place" }, n + 1),
      el("b", { lang }, tIn(lang, "shared.language")),
      orderKeys(desk, "branch.languages", n, words),
      removeKey(desk, `languages.${n}`, words, drop, spoken.length > 1),
    );
  });
  const others = SPOKEN.filter((lang) => !spoken.includes(lang)).map((lang) => {
    const add = () => desk.draft.edit(({ branch }) => void branch.languages.push(lang));
    const attributes = { type: "button", "data-key": `languages.add.${lang}`, disabled: !desk.mayChange, onclick: add };
    const language = t(`office.set_up.language.${lang}`);
    return el("button", { class: "chip-key", ...attributes }, t("office.set_up.lobby.add_language", { language }));
  });
  return [el("ol", { class: "rows" }, rows), el("div", { class: "chips" }, others), room("branch.languages")];
}

/**
 * @param {Desk} desk
 * @param {string} lang
 */
function wording(desk, lang) {
  const path = `wording.${lang}`;
  const usual = tIn(lang, "office.set_up.wording.usual");
  const input = textInput(desk, path, { lang, placeholder: usual, maxlength: 120 });
  input.oninput = () => desk.draft.type(path, input.value || undefined);
  const preview = el("p", { class: "wording__preview", lang });
  desk.alive(() => say(preview, spoken(desk.at(path) || usual, lang)));
  const label = t("office.set_up.lobby.wording_in", { language: t(`office.set_up.language.${lang}`) });
  return el("div", { class: "wording" }, el("label", { class: "field__label" }, label, input), preview, room(path));
}

/**
 * As the lobby would hear it.
 * @param {string} sentence
 * @param {string} lang
 */
function spoken(sentence, lang) {
  /** @type {Record<string, string>} */
  const example = { number: "A012", counter: "3", place: tIn(lang, "office.set_up.wording.place") };
  return sentence.replace(/\{(\w+)\}/g, (whole, gap) => example[gap] ?? whole);
}
