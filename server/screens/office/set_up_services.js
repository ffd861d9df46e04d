/** Services: what customers choose at the kiosk, in its order, with the kiosk itself beside it. */

import { language, name, t } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { newId, queueOf } from "./set_up_document.js";
import { addKey, choiceInput, field, names, numberInput, removeKey, room } from "./set_up_fields.js";
import { kioskPicture } from "./set_up_kiosk.js";
import { draggable, orderKeys } from "./set_up_order.js";
import { block, nothing } from "./set_up_page_parts.js";

/** @typedef {import("./set_up_desk.js").Desk} Desk */
/** @typedef {import("./set_up_document.js").SetUp} SetUp */

/** @param {Desk} desk */
export function services(desk) {
  const rows = desk.document.services.map((_, n) => serviceRow(desk, n));
  return [
    el(
      "div",
      { class: "beside" },
      el(
        "div",
        { class: "beside__work" },
        block("services", t("office.set_up.services.about"), [
          rows.length > 0 ? el("ol", { class: "cards" }, rows) : nothing(t("office.set_up.services.none")),
          room("services"),
          addKey(desk, "services.add", t("office.set_up.services.add"), () => add(desk)),
        ]),
        block("groups", t("office.set_up.groups.about"), groups(desk)),
      ),
      el("aside", { class: "beside__picture" }, kioskPicture(desk)),
    ),
  ];
}

/**
 * @param {Desk} desk
 * @param {number} n
 */
function serviceRow(desk, n) {
  const path = `services.${n}`;
  const service = desk.document.services[n];
  const queue = queueOf(desk.document, service.queue);
  const label = name(service.name) || t("office.set_up.services.one");
  const row = el("li", { class: "card", "data-class": queue?.class });
  row.append(
    el("div", { class: "card__order" }, draggable(desk, "services", n, row), orderKeys(desk, "services", n, label)),
    el("div", { class: "card__body" }, names(desk, `${path}.name`, t("office.set_up.services.one")), details(desk, path)),
    removeKey(desk, `${path}`, label, () =>
      desk.draft.edit((document) => void document.services.splice(n, 1), "services.add"),
    ),
  );
  return row;
}

/**
 * @param {Desk} desk
 * @param {string} path
 */
function details(desk, path) {
  const { queues, groups: all = [] } = desk.document;
  const people = queues.filter((queue) => queue.class !== "self_service").map(queueOption);
  const machines = queues.filter((queue) => queue.class === "self_service").map(queueOption);
  const groupOptions = all.map((group) => ({ value: group.id, words: name(group.name) || t("office.set_up.groups.one") }));
  const own = (/** @type {string} */ key, /** @type {HTMLElement} */ control) =>
    field(`${path}.${key}`, t(`office.set_up.services.${key}`), control);
  const usual = desk.document.classes[queueOf(desk.document, desk.at(`${path}.queue`))?.class ?? ""]?.target_wait_min;
  const short = { class: "input input--short", placeholder: usual };
  const none = (/** @type {string} */ key) => ({ value: "", words: t(`office.set_up.services.no_${key}`) });
  return el(
    "div",
    { class: "fields" },
    own("queue", choiceInput(desk, `${path}.queue`, people)),
    own("machine_queue", choiceInput(desk, `${path}.machine_queue`, [none("machine_queue"), ...machines])),
    all.length > 0 && own("group", choiceInput(desk, `${path}.group`, [none("group"), ...groupOptions])),
    own("target_min", numberInput(desk, `${path}.target_min`, { min: 1, optional: true }, short)),
  );
}

/** @param {import("./set_up_document.js").Queue} queue */
export function queueOption(queue) {
  return { value: queue.id, words: [queue.prefix, name(queue.name)].filter(Boolean).join(" · ") };
}

/** @param {Desk} desk */
function add(desk) {
  const n = desk.document.services.length;
  desk.draft.edit(({ services: all, queues }) => {
    const queue = queues.find((one) => one.class !== "self_service") ?? queues[0];
    all.push({ id: newId("", ids(all), "service"), name: { en: "", zh: "" }, queue: queue?.id ?? "" });
  }, `services.${n}.name.${language()}`);
}

/** @param {Desk} desk */
function groups(desk) {
  const all = desk.document.groups ?? [];
  const rows = all.map((group, n) => {
    const label = name(group.name) || t("office.set_up.groups.one");
    const remove = () =>
      desk.draft.edit((document) => {
        document.groups?.splice(n, 1);
        for (const service of document.services) if (service.group === group.id) delete service.group;
      }, "groups.add");
    return el(
      "li",
      { class: "row" },
      names(desk, `groups.${n}.name`, t("office.set_up.groups.one")),
      removeKey(desk, `groups.${n}`, label, remove),
    );
  });
  const begin = () =>
    desk.draft.edit((document) => {
      document.groups = [...all, { id: newId("", ids(all), "group"), name: { en: "", zh: "" } }];
    }, `groups.${all.length}.name.${language()}`);
  return [
    rows.length > 0 && el("ul", { class: "rows" }, rows),
    room("groups"),
    addKey(desk, "groups.add", t("office.set_up.groups.add"), begin),
  ];
}

/** @param {{id: string}[]} items */
function ids(items) {
  return items.map((item) => item.id);
}
