/** One counter on the floor: who sits there, whom they serve, and for how long. */

import { name, t } from "../shared/boot.js";
import { el, say } from "../shared/dom.js";
import { current } from "../shared/hall_state.js";
import { durationWords } from "../shared/waits.js";
import { askedCounter } from "../staff/asked.js";
import { wishes } from "./counter_menu.js";

/** @typedef {import("../shared/types.js").Counter} Counter */
/** @typedef {import("./lane.js").LaneView} LaneView */

export class CounterTile {
  /** @param {(counter: Counter) => void} open */
  constructor(open) {
    this._open = open;
    this._number = el("span", { class: "tag" });
    this._staff = el("span", { class: "tile__staff" });
    this._ticket = el("span", { class: "tile__ticket" });
    this._state = el("span", { class: "tile__state" });
    const head = el("span", { class: "tile__head" }, this._number, this._staff);
    this._button = el("button", { class: "tile", type: "button" }, head, this._ticket, this._state);
    this.element = el("li", null, this._button);
  }

  /** @param {{counter: Counter, view: LaneView}} item */
  draw({ counter, view }) {
    const { hall, clock, freeSince } = view;
    const ticket = current(hall, counter.id);
    this._button.onclick = () => this._open(counter);
    this._button.disabled = wishes(counter).length === 0;
    this._button.dataset.status = counter.status;
    this._button.dataset.state = ticket ? ticket.state : "";
    const asked = askedOf(hall, counter);
    this._button.dataset.asked = asked ?? "";
    this._button.title = profileWords(hall, counter);
    say(this._number, String(counter.number));
    say(this._staff, staffWords(counter));
    say(this._ticket, ticket ? ticket.number : emptyWords(counter));
    const state = stateWords(counter, ticket, clock, freeSince(counter.id));
    say(this._state, asked ? t(`manager.counter.asked_${asked}`) : state);
  }
}

/**
 * What accepted advice asks of this counter, until somebody there has done it.
 * @param {import("../shared/hall_state.js").HallState} hall
 * @param {Counter} counter
 * @returns {"open" | "close" | null}
 */
function askedOf(hall, counter) {
  const advice = hall.advices.get(counter.counter_class);
  if (advice?.state !== "accepted" || askedCounter(hall, advice) !== counter) return null;
  return advice.action === "open" ? "open" : "close";
}

/** @param {Counter} counter */
function staffWords(counter) {
  if (counter.counter_class === "self_service") return t("manager.machine");
  return counter.staff_name ?? "";
}

/** @param {Counter} counter */
function emptyWords(counter) {
  if (counter.status === "open") return t("manager.counter.free");
  return t(`manager.counter.${counter.status}`);
}

/**
 * @param {Counter} counter
 * @param {import("../shared/types.js").Ticket | null} ticket
 * @param {import("../shared/clock.js").ServerClock} clock
 * @param {string | null} freeSince
 */
function stateWords(counter, ticket, clock, freeSince) {
  const pausing = counter.status === "paused";
  if (ticket) {
    const since = (ticket.state === "serving" && ticket.started_at) || ticket.called_at || ticket.arrived_at;
    const key = pausing ? "manager.counter.last" : `manager.counter.${ticket.state}`;
    return t(key, { time: durationWords(clock.since(since)) });
  }
  if (!counter.since) return "";
  const [since, opened] = [freeSince ?? counter.since, counter.since];
  const from = counter.status === "open" && Date.parse(since) > Date.parse(opened) ? since : opened;
  const time = durationWords(clock.since(from));
  if (pausing && counter.pause_reason) return `${pauseWords(counter.pause_reason)} · ${time}`;
  return t("manager.counter.since", { time });
}

/** @param {string} reason  one the console offers is told in words, any other as it was written */
function pauseWords(reason) {
  const told = t(`pause.${reason}`);
  return told.startsWith("pause.") ? reason : told;
}

/**
 * Its queues, and what of them whoever sits there may serve.
 * @param {import("../shared/hall_state.js").HallState} hall
 * @param {Counter} counter
 */
function profileWords(hall, counter) {
  const queues = counter.profile.map((entry) => name(hall.branch.queues[entry.queue_id]?.name)).join(" · ");
  if (!counter.services) return queues;
  const services = counter.services.map((id) => name(hall.branch.services[id]?.name)).join(" · ");
  return `${queues}\n${t("manager.counter.skills", { services: services || "–" })}`;
}
