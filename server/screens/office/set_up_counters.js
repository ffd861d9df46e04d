/** Counters: the hall as a picture, and the chosen counter below it: what it serves, in which order, and where it helps. */

import { t } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { drawing } from "./set_up_drawings.js";
import { addKey, field, numberInput, removeKey, room, rowKey } from "./set_up_fields.js";
import { hallKeys } from "./set_up_hall.js";
import { move } from "./set_up_order.js";
import { block, nothing } from "./set_up_page_parts.js";
import { classInput } from "./set_up_queues.js";
import { queueOption } from "./set_up_services.js";

/** @typedef {import("./set_up_desk.js").Desk} Desk */
/** @typedef {import("./set_up_document.js").Counter} Counter */

/** @param {Desk} desk */
export function counters(desk) {
  const all = desk.document.counters;
  const chosen = Math.min(desk.chosen.counter ?? 0, all.length - 1);
  const choose = (/** @type {number} */ n) => {
    desk.chosen.counter = n;
    desk.redraw(`counter.${n}`);
  };
  return [
    block("counters", t("office.set_up.counters.about"), [
      all.length > 0 ? hallKeys(desk.document, chosen, choose) : nothing(t("office.set_up.counters.none")),
      room("counters"),
      adding(desk, chosen),
    ]),
    chosen >= 0 && editor(desk, chosen),
  ];
}

/**
 * @param {Desk} desk
 * @param {number} chosen
 */
function adding(desk, chosen) {
  const count = el("input", { class: "input input--gap", type: "number", min: 1, max: 40, "data-key": "counters.count" });
  count.value = "1";
  count.disabled = !desk.mayChange;
  count.setAttribute("aria-label", t("office.set_up.counters.how_many"));
  const like = desk.document.counters[chosen];
  const key = addKey(desk, "counters.add", t("office.set_up.counters.add"), () => add(desk, like, count.valueAsNumber || 1));
  const words = like ? t("office.set_up.counters.like", { number: like.number }) : t("office.set_up.counters.more");
  return el("div", { class: "counters__adding" }, count, key, el("span", { class: "counters__like" }, words));
}

/**
 * @param {Desk} desk
 * @param {Counter | undefined} like
 * @param {number} count
 */
function add(desk, like, count) {
  const first = desk.document.queues[0];
  /** @type {Counter} */
  const plain = { number: 0, class: first?.class ?? "cash", serves: first ? [first.id] : [], helps: [] };
  desk.chosen.counter = desk.document.counters.length;
  desk.draft.edit(({ counters: all }) => {
    const known = new Set(all.map((counter) => counter.number));
    let number = Math.max(0, ...known);
    for (let n = 0; n < Math.min(count, 40); n += 1) {
      number += 1;
      all.push({ ...structuredClone(like ?? plain), number });
    }
  }, `counter.${desk.chosen.counter}`);
}

/**
 * @param {Desk} desk
 * @param {number} n
 */
function editor(desk, n) {
  const counter = desk.document.counters[n];
  const path = `counters.${n}`;
  const label = t("office.set_up.counters.named", { number: counter.number });
  const copy = () => add(desk, counter, 1);
  const remove = () => {
    desk.chosen.counter = Math.max(0, n - 1);
    desk.draft.edit((document) => void document.counters.splice(n, 1), "counters.add");
  };
  const number = numberInput(desk, `${path}.number`, { min: 1 }, { class: "input input--short" });
  return el(
    "section",
    { class: "block counter", "data-class": counter.class, "aria-label": label },
    el(
      "header",
      { class: "counter__head" },
      el("h3", { class: "block__title" }, label),
      textKey(desk, `${path}.copy`, "copy", t("office.set_up.counters.copy"), copy),
      textKey(desk, `${path}.remove`, "remove", t("office.set_up.counters.remove"), remove),
    ),
    el(
      "div",
      { class: "fields" },
      field(`${path}.number`, t("office.set_up.counters.number"), number),
      field(`${path}.class`, t("office.set_up.counters.class"), classInput(desk, `${path}.class`)),
    ),
    el("div", { class: "counter__lists" }, serving(desk, n), counter.class !== "self_service" && helping(desk, n)),
  );
}

/**
 * @param {Desk} desk
 * @param {string} key
 * @param {import("./set_up_drawings.js").Drawing} shape
 * @param {string} words
 * @param {() => void} press
 */
function textKey(desk, key, shape, words, press) {
  const attributes = { type: "button", "data-key": key, disabled: !desk.mayChange, onclick: press };
  return el("button", { class: "button button--quiet text-key", ...attributes }, drawing(shape), words);
}

/**
 * In order: the first before the others.
 * @param {Desk} desk
 * @param {number} n
 */
function serving(desk, n) {
  const path = `counters.${n}.serves`;
  const { queues, counters: all } = desk.document;
  const { serves } = all[n];
  const rows = serves.map((id, place) => {
    const queue = queues.find((one) => one.id === id);
    const words = queue ? queueOption(queue).words : id;
    const key = (/** @type {"up" | "down"} */ way, /** @type {number} */ by) =>
      rowKey(desk, `${path}.${id}.${way}`, drawing(way), t(`office.set_up.${way}`, { name: words }), () =>
        desk.draft.edit(() => move(desk.at(path), place, place + by)), place + by >= 0 && place + by < serves.length);
    return el(
      "li",
      { class: "served", "data-class": queue?.class },
      el("span", { class: "served__place" }, place + 1),
      el("span", { class: "served__name" }, words),
      key("up", -1),
      key("down", 1),
      removeKey(desk, `${path}.${id}`, words, () => take(desk, n, "serves", id, false)),
    );
  });
  return el(
    "div",
    { class: "counter__list" },
    el("h4", null, t("office.set_up.counters.serves")),
    rows.length > 0 ? el("ol", { class: "rows" }, rows) : nothing(t("office.set_up.counters.serves_none")),
    room(path),
    others(desk, n, "serves"),
  );
}

/**
 * @param {Desk} desk
 * @param {number} n
 */
function helping(desk, n) {
  const path = `counters.${n}.helps`;
  const { helps = [] } = desk.document.counters[n];
  const rows = helps.map((id) => {
    const queue = desk.document.queues.find((one) => one.id === id);
    const words = queue ? queueOption(queue).words : id;
    return el(
      "li",
      { class: "served", "data-class": queue?.class },
      el("span", { class: "served__name" }, words),
      removeKey(desk, `${path}.${id}`, words, () => take(desk, n, "helps", id, false)),
    );
  });
  return el(
    "div",
    { class: "counter__list" },
    el("h4", null, t("office.set_up.counters.helps")),
    rows.length > 0 ? el("ul", { class: "rows" }, rows) : nothing(t("office.set_up.counters.helps_none")),
    room(path),
    others(desk, n, "helps"),
  );
}

/**
 * The queues that could be added, as keys.
 * @param {Desk} desk
 * @param {number} n
 * @param {"serves" | "helps"} list
 */
function others(desk, n, list) {
  const counter = desk.document.counters[n];
  const there = new Set([...counter.serves, ...(counter.helps ?? [])]);
  const isMachine = counter.class === "self_service";
  // A machine serves its own queue and no other, and no person serves a machine's.
  const fit = desk.document.queues.filter((queue) => (queue.class === "self_service") === isMachine);
  const free = fit.filter((queue) => !there.has(queue.id));
  const keys = free.map((queue) => {
    const known = { type: "button", "data-class": queue.class, "data-key": `${list}.add.${queue.id}` };
    const press = { disabled: !desk.mayChange, onclick: () => take(desk, n, list, queue.id, true) };
    const words = t("office.set_up.counters.add_queue", { queue: queueOption(queue).words });
    return el("button", { class: "chip-key", ...known, ...press }, words);
  });
  return el("div", { class: "chips" }, keys);
}

/**
 * @param {Desk} desk
 * @param {number} n
 * @param {"serves" | "helps"} list
 * @param {string} id
 * @param {boolean} on
 */
function take(desk, n, list, id, on) {
  desk.draft.edit(({ counters: all }) => {
    const left = (all[n][list] ?? []).filter((other) => other !== id);
    all[n][list] = on ? [...left, id] : left;
  }, `counter.${n}`);
}
