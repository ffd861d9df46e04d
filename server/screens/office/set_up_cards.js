/** What a card means whose number begins in a certain way: the first rule that fits counts. */

import { t } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { addKey, choiceInput, field, numberInput, removeKey, room, textInput } from "./set_up_fields.js";
import { orderKeys } from "./set_up_order.js";
import { nothing } from "./set_up_page_parts.js";

/** @typedef {import("./set_up_desk.js").Desk} Desk */

const SEGMENTS = ["ordinary", "priority", "vip"];
const PATTERN = { class: "input input--code", spellcheck: "false", placeholder: "^6222" };
const SHORT = { class: "input input--short" };

/** @param {Desk} desk */
export function cards(desk) {
  const all = desk.document.cards ?? [];
  const begin = () =>
    desk.draft.edit((document) => {
      document.cards = [...all, { match: "", segment: "vip", level: 1, kind: "card" }];
    }, `cards.${all.length}.match`);
  return [
    all.length > 0
      ? el("ol", { class: "cards" }, all.map((_, n) => cardRow(desk, n)))
      : nothing(t("office.set_up.cards.none")),
    room("cards"),
    addKey(desk, "cards.add", t("office.set_up.cards.add"), begin),
  ];
}

/**
 * @param {Desk} desk
 * @param {number} n
 */
function cardRow(desk, n) {
  const path = `cards.${n}`;
  const label = t("office.set_up.cards.one", { n: n + 1 });
  const segments = SEGMENTS.map((key) => ({ value: key, words: t(`segment.${key}`) }));
  const own = (/** @type {string} */ key, /** @type {HTMLElement} */ control) =>
    field(`${path}.${key}`, t(`office.set_up.cards.${key}`), control);
  const remove = () => desk.draft.edit((document) => void document.cards?.splice(n, 1), "cards.add");
  return el(
    "li",
    { class: "card" },
    el("div", { class: "card__order" }, orderKeys(desk, "cards", n, label)),
    el(
      "div",
      { class: "card__body fields" },
      own("match", textInput(desk, `${path}.match`, PATTERN)),
      own("segment", choiceInput(desk, `${path}.segment`, segments)),
      own("level", numberInput(desk, `${path}.level`, { min: 0, max: 9 }, SHORT)),
      own("kind", textInput(desk, `${path}.kind`, { maxlength: 40 })),
    ),
    removeKey(desk, `${path}`, label, remove),
  );
}
