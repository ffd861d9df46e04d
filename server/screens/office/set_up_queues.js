/** Queues: the letter on the ticket, the class of counters that serves it, and its name. */

import { language, name, t } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { followClasses } from "./set_up_classes.js";
import { CLASSES, newId, put } from "./set_up_document.js";
import { addKey, choiceInput, field, names, removeKey, room, textInput } from "./set_up_fields.js";
import { block, nothing } from "./set_up_page_parts.js";

/** @typedef {import("./set_up_desk.js").Desk} Desk */
/** @typedef {import("./set_up_document.js").CounterClass} CounterClass */

/** @param {Desk} desk */
export function queues(desk) {
  const rows = desk.document.queues.map((_, n) => queueRow(desk, n));
  return [
    block("queues", t("office.set_up.queues.about"), [
      rows.length > 0 ? el("ul", { class: "cards" }, rows) : nothing(t("office.set_up.queues.none")),
      room("queues"),
      addKey(desk, "queues.add", t("office.set_up.queues.add"), () => add(desk)),
    ]),
  ];
}

/**
 * @param {Desk} desk
 * @param {number} n
 */
function queueRow(desk, n) {
  const path = `queues.${n}`;
  const queue = desk.document.queues[n];
  const label = name(queue.name) || t("office.set_up.queues.one");
  const example = el("span", { class: "tag queue__example" });
  desk.alive(() => (example.textContent = `${desk.at(`${path}.prefix`) || "?"}012`));
  const prefix = textInput(desk, `${path}.prefix`, { class: "input input--short", maxlength: 2 });
  const type = prefix.oninput;
  prefix.oninput = (event) => {
    prefix.value = prefix.value.toUpperCase();
    type?.call(prefix, event);
  };
  return el(
    "li",
    { class: "card", "data-class": queue.class },
    el("div", { class: "card__order" }, example),
    el(
      "div",
      { class: "card__body" },
      names(desk, `${path}.name`, t("office.set_up.queues.one")),
      el(
        "div",
        { class: "fields" },
        field(`${path}.prefix`, t("office.set_up.queues.prefix"), prefix),
        field(`${path}.class`, t("office.set_up.queues.class"), classInput(desk, `${path}.class`)),
        el("p", { class: "queue__use" }, use(desk, queue.id)),
      ),
    ),
    removeKey(desk, `${path}`, label, () => remove(desk, n)),
  );
}

/**
 * @param {Desk} desk
 * @param {string} path
 */
export function classInput(desk, path) {
  const options = CLASSES.map((key) => ({ value: key, words: t(`class.${key}`) }));
  return choiceInput(desk, path, options, {}, (wanted) =>
    desk.draft.edit((document) => {
      put(document, path, wanted);
      followClasses(document);
    }),
  );
}

/**
 * How many services and counters stand behind it.
 * @param {Desk} desk
 * @param {string} id
 */
function use(desk, id) {
  const { services, counters } = desk.document;
  const taken = services.filter((service) => service.queue === id || service.machine_queue === id).length;
  const served = counters.filter((counter) => counter.serves.includes(id)).length;
  return t("office.set_up.queues.use", { services: taken, counters: served });
}

/** @param {Desk} desk */
function add(desk) {
  const n = desk.document.queues.length;
  desk.draft.edit((document) => {
    const all = document.queues;
    const known = new Set(all.map((queue) => queue.prefix));
    const prefix = [..."ABCDEFGHJKLMNPQRSTUVWXYZ"].find((letter) => !known.has(letter)) ?? "";
    const id = newId("", all.map((queue) => queue.id), "queue");
    all.push({ id, prefix, class: "non_cash", name: { en: "", zh: "" } });
    followClasses(document);
  }, `queues.${n}.name.${language()}`);
}

/**
 * Counters forget it too; services that need it are told of as faults: only a person knows where they belong then.
 * @param {Desk} desk
 * @param {number} n
 */
function remove(desk, n) {
  desk.draft.edit((document) => {
    const [{ id }] = document.queues.splice(n, 1);
    for (const counter of document.counters) {
      counter.serves = counter.serves.filter((other) => other !== id);
      if (counter.helps) counter.helps = counter.helps.filter((other) => other !== id);
    }
    for (const service of document.services) if (service.machine_queue === id) delete service.machine_queue;
    for (const segment of Object.values(document.segments ?? {})) if (segment.queue === id) delete segment.queue;
  }, "queues.add");
}
