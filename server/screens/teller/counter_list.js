/** Which counter to sit down at: what each is for, how it stands, and who holds it. */

import { boot, name, t } from "../shared/boot.js";
import { clockTime } from "../shared/clock.js";
import { el, fill, find, say } from "../shared/dom.js";
import { languageKeys } from "../staff/language_keys.js";
import { AccountLink } from "./account_link.js";
import { isHeldByOther, manages, requestFor } from "./desk.js";
import { Rows } from "../staff/rows.js";
import { isSeat } from "./seat.js";
import { isShortcut, shortcutsKey } from "./shortcuts.js";

/** @typedef {import("../shared/hall_state.js").HallState} HallState */
/** @typedef {import("../shared/types.js").Counter} Counter */

/** @typedef {{hall: HallState, counter: Counter}} Place */

export class CounterList {
  /**
   * @param {(counter: Counter) => void} choose
   * @param {() => void} change  the teller
   */
  constructor(choose, change) {
    this._choose = choose;
    this._branch = el("p", { class: "label" });
    this._title = el("h1", { class: "places__title" });
    this._languages = el("span", { class: "places__languages" });
    this._shortcuts = shortcutsKey();
    this._switch = el("button", { class: "button places__switch", type: "button" });
    this._switch.onclick = change;
    this._time = el("time", { class: "bar__time" });
    this._hint = el("p", { class: "places__hint" });
    this._list = el("ol", { class: "places__list" });
    const words = el("div", null, this._branch, this._title);
    this._account = new AccountLink();
    const ends = [this._switch, this._shortcuts.element, this._account.element, this._languages, this._time];
    const head = el("header", { class: "places__head" }, words, ends);
    this.element = el("section", { class: "places" }, head, this._list, this._hint);
    this._rows = new Rows(this._list, (/** @type {Place} */ place) => place.counter.id, () => placeRow(choose));
    /** @type {Counter[]} */
    this._counters = [];
  }

  /** @param {HallState} hall */
  draw(hall) {
    this._counters = staffed(hall);
    say(this._branch, name(hall.branch.name));
    say(this._title, t("teller.choose_counter", { name: boot.actor.name }));
    say(this._hint, t(manages() ? "teller.choose_hint_manager" : "teller.choose_hint"));
    say(this._switch, t("teller.key.switch"));
    this._switch.hidden = !isSeat();
    this._shortcuts.draw();
    this._account.draw();
    fill(this._languages, languageKeys());
    this._rows.draw(this._counters.map((counter) => ({ hall, counter })));
  }

  /**
   * @param {HallState} hall
   * @param {import("../shared/clock.js").ServerClock} clock
   */
  tick(hall, clock) {
    say(this._time, clockTime(clock.now(), hall.branch.time_zone));
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (!isShortcut(event)) return;
    const counter = this._counters.find((one) => String(one.number) === event.key);
    if (counter && mayChoose(counter)) this._choose(counter);
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") this._step(event);
  }

  /** @param {KeyboardEvent} event */
  _step(event) {
    const buttons = [...this._list.querySelectorAll("button:not(:disabled)")];
    const at = buttons.findIndex((button) => button === document.activeElement);
    const step = event.key === "ArrowDown" ? 1 : -1;
    const next = buttons[(at + step + buttons.length) % buttons.length];
    if (next instanceof HTMLElement) next.focus();
    event.preventDefault();
  }
}

/** Self-service machines call by themselves: nobody sits there. */
/** @param {HallState} hall */
function staffed(hall) {
  const all = [...hall.counters.values()].sort((a, b) => a.number - b.number);
  return all.filter((counter) => counter.counter_class !== "self_service");
}

/** @param {Counter} counter */
function mayChoose(counter) {
  return !isHeldByOther(counter) || manages();
}

/**
 * @param {(counter: Counter) => void} choose
 * @returns {import("../staff/rows.js").Row<Place>}
 */
function placeRow(choose) {
  const button = el(
    "button",
    { class: "place", type: "button" },
    el("span", { class: "tag place__number" }),
    el("span", { class: "place__class" }),
    el("span", { class: "place__queues" }),
    el("span", { class: "place__request" }),
    el("span", { class: "place__holder" }),
    el("span", { class: "status" }),
  );
  return {
    element: el("li", null, button),
    draw(place) {
      button.onclick = () => choose(place.counter);
      drawPlace(button, place);
    },
  };
}

/**
 * @param {HTMLButtonElement} button
 * @param {Place} place
 */
function drawPlace(button, { hall, counter }) {
  button.dataset.class = counter.counter_class;
  button.disabled = !mayChoose(counter);
  const status = find(".status", button);
  status.dataset.status = counter.status;
  say(find(".place__number", button), String(counter.number));
  say(find(".place__class", button), t(`shared.class.${counter.counter_class}`));
  say(find(".place__queues", button), queueNames(hall, counter));
  say(find(".place__request", button), requestFor(hall, counter) ? t("teller.asked_short") : "");
  say(find(".place__holder", button), holder(counter));
  say(status, t(`teller.counter.${counter.status}`));
}

/** @param {Counter} counter */
function holder(counter) {
  if (!counter.staff_name) return "";
  return isHeldByOther(counter) ? counter.staff_name : t("teller.you", { name: counter.staff_name });
}

/**
 * @param {HallState} hall
 * @param {Counter} counter
 */
function queueNames(hall, counter) {
  const { queues } = hall.branch;
  const names = (/** @type {boolean} */ helps) =>
    counter.profile.filter((entry) => entry.helps === helps).map((entry) => name(queues[entry.queue_id]?.name));
  const [own, helped] = [names(false).join(t("teller.and")), names(true).join(t("teller.and"))];
  return helped ? t("teller.serves_and_helps", { own, helped }) : own;
}
