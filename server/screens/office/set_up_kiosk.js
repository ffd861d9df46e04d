/** The kiosk's first screen in small, as customers would find it if the draft were in force. */

import { language, nameIn, t, tIn } from "../shared/boot.js";
import { el, fill } from "../shared/dom.js";
import { icon } from "../shared/icons.js";
import { queueOf } from "./set_up_document.js";

/** @typedef {import("./set_up_desk.js").Desk} Desk */
/** @typedef {import("./set_up_document.js").Service} Service */

/** @param {Desk} desk */
export function kioskPicture(desk) {
  const screen = el("div", { class: "kiosk" });
  const languages = el("div", { class: "kiosk__languages" });
  let lang = desk.languages.includes(language()) ? language() : desk.languages[0];
  const draw = () => {
    fill(languages, desk.languages.map((one) => languageKey(one, one === lang, () => void ((lang = one), draw()))));
    screen.lang = lang;
    fill(screen, face(desk, lang));
  };
  desk.alive(draw);
  return el("figure", { class: "preview" }, el("figcaption", null, t("office.set_up.kiosk.caption")), languages, screen);
}

/**
 * @param {string} lang
 * @param {boolean} on
 * @param {() => void} press
 */
function languageKey(lang, on, press) {
  const attributes = { type: "button", lang, "aria-pressed": String(on), onclick: press };
  return el("button", { class: "kiosk__language", ...attributes }, tIn(lang, "shared.language"));
}

/**
 * @param {Desk} desk
 * @param {string} lang
 */
function face(desk, lang) {
  const choices = firstChoices(desk);
  return [
    el("p", { class: "kiosk__branch" }, nameIn(lang, desk.document.branch.name)),
    el("p", { class: "kiosk__title" }, tIn(lang, "office.set_up.kiosk.title")),
    choices.length > 0
      ? el("ul", { class: "kiosk__services" }, choices.map((choice) => choiceRow(desk, lang, choice)))
      : el("p", { class: "kiosk__none" }, tIn(lang, "office.set_up.kiosk.none")),
  ];
}

/**
 * Services that stand alone, and each group where the first of its services stands.
 * @param {Desk} desk
 */
function firstChoices(desk) {
  const { services, groups = [] } = desk.document;
  /** @type {{name: import("./set_up_document.js").Names, services: Service[], grouped: boolean}[]} */
  const choices = [];
  for (const service of services) {
    const group = groups.find((one) => one.id === service.group);
    const there = group && choices.find((choice) => choice.grouped && choice.name === group.name);
    if (there) there.services.push(service);
    else choices.push({ name: group ? group.name : service.name, services: [service], grouped: Boolean(group) });
  }
  return choices;
}

/**
 * @param {Desk} desk
 * @param {string} lang
 * @param {ReturnType<typeof firstChoices>[number]} choice
 */
function choiceRow(desk, lang, choice) {
  const key = queueOf(desk.document, choice.services[0].queue)?.class ?? "cash";
  const behind = choice.grouped && choice.services.map((service) => nameIn(lang, service.name)).join(" · ");
  return el(
    "li",
    { class: "kiosk__service", "data-class": key },
    el("span", { class: "kiosk__sign" }, icon(key)),
    el("span", { class: "kiosk__name" }, nameIn(lang, choice.name) || "…", behind && el("small", null, behind)),
    choice.services.some((service) => service.machine_queue) && el("span", { class: "kiosk__machine" }, icon("self_service")),
    choice.grouped && el("span", { class: "kiosk__more" }, "›"),
  );
}
