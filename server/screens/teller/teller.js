/** The teller's screen: choose a counter, then work at it, by keys alone if one likes. */

import { boot, name, onLanguage, t } from "../shared/boot.js";
import { fill, find } from "../shared/dom.js";
import { LiveHall } from "../shared/live.js";
import "../shared/stale_banner.js";
import { Console } from "./console.js";
import { CounterList } from "./counter_list.js";
import { DayBook } from "./day_book.js";
import { deskAt, isMine } from "./desk.js";
import { Doing } from "./doing.js";
import { BadgeReader } from "./badge_reader.js";
import { Intents } from "./intents.js";
import { LockScreen } from "./lock_screen.js";
import { isOffered, moveOf } from "./moves.js";
import { isLocked, isSeat, lock, takeSeat } from "./seat.js";
import { isShortcut } from "./shortcuts.js";
import { SwitchDialog } from "./switch_dialog.js";
import { isPicking } from "../staff/pick.js";
import { RecentEvents } from "../staff/recent_events.js";
import { toastsIn } from "../staff/toasts.js";

/** @typedef {import("./moves.js").MoveId} MoveId */

class Teller {
  constructor() {
    this._live = new LiveHall();
    this._book = new DayBook();
    this._intents = new Intents(this._live, () => this._draw());
    this._toasts = toastsIn(find("#toasts"));
    this._doing = new Doing(this._intents, this._toasts, () => this._desk());
    this._list = new CounterList(
      (counter) => this._sitDown(counter.id),
      () => this._press("switch"),
    );
    this._switch = new SwitchDialog((who) => takeSeat(this._live, who), () => this._seated());
    this._lock = new LockScreen(() => this._press("switch"));
    this._locked = isLocked();
    this._console = new Console(this._live, this._book, this._intents, {
      press: (id) => this._press(id),
      take: (id, ticket) => this._doing.take(id, ticket),
    });
    /** @type {string | null} */
    this._counterId = heldCounter(this._live);
    /** @type {string | null} the ticket that stands at the counter, as last drawn */
    this._shown = null;
  }

  start() {
    /** @type {import("../shared/stale_banner.js").StaleBanner} */ (find("stale-banner")).watch(this._live);
    this._live.onChange((_hall, events) => this._changed(events));
    this._live.onStatus(() => this._draw());
    onLanguage(() => this._draw());
    if (isSeat()) new BadgeReader((badge) => this._read(badge)).start();
    document.addEventListener("keydown", (event) => this._pressed(event));
    setInterval(() => this._tick(), 1000);
    this._show();
    this._live.start();
    new RecentEvents(this._live, {
      hear: (event) => this._book.hear(event),
      forget: () => this._book.forget(),
      heard: () => this._draw(),
    });
  }

  _desk() {
    return this._counterId === null ? null : deskAt(this._live.hall, this._counterId);
  }

  /** @param {string | null} counterId */
  _sitDown(counterId) {
    this._counterId = counterId;
    this._show();
  }

  _show() {
    const open = this._desk() ? this._console.element : this._list.element;
    fill(find("#teller"), this._locked ? this._lock.element : open);
    this._draw();
    if (this._locked) this._lock.focus();
  }

  /** @param {string} badge */
  _read(badge) {
    this._press("switch");
    this._switch.read(badge);
  }

  /** Somebody has shown who they are: the same console goes on, with the same number on it. */
  _seated() {
    this._locked = false;
    this._counterId = heldCounter(this._live) ?? this._counterId;
    this._show();
    this._toasts.tell(t("teller.switch.done", { name: boot.actor.name }));
  }

  _draw() {
    const desk = this._desk();
    document.title = desk ? title(desk) : t("teller.title");
    this._shown = desk && desk.current ? desk.current.id : null;
    if (this._locked) this._lock.draw(desk);
    else if (desk) this._console.draw(desk);
    else {
      this._list.draw(this._live.hall);
      this._list.tick(this._live.hall, this._live.clock);
    }
  }

  /** @param {import("../shared/types.js").HallEvent[]} events */
  _changed(events) {
    events.forEach((event) => this._tellQueues(event));
    events.forEach((event) => this._tellGone(event));
    this._draw();
  }

  /**
   * What the counter serves has been changed from elsewhere: nobody has to do anything, but whoever sits there must
   * know why other numbers come.
   * @param {import("../shared/types.js").HallEvent} event
   */
  _tellQueues({ kind, counter }) {
    if (kind !== "counter.profiled" || !counter || counter.id !== this._counterId) return;
    const queues = counter.profile.map((entry) => name(this._live.hall.branch.queues[entry.queue_id]?.name));
    this._toasts.tell(t("teller.profiled", { queues: queues.join(" · ") }));
  }

  /**
   * A number that was called here has asked for more time on the phone, or has left: it is gone from the console, and
   * whoever looks up must know why.
   * @param {import("../shared/types.js").HallEvent} event
   */
  _tellGone({ actor, ticket, reason }) {
    if (!actor || !actor.startsWith("phone:") || !ticket || ticket.id !== this._shown) return;
    this._toasts.tell(t("teller.about", { number: ticket.number, told: reason ? name(reason.words) : "" }));
  }

  _tick() {
    const desk = this._desk();
    if (this._locked) return;
    if (desk) this._console.tick(desk);
    else this._list.tick(this._live.hall, this._live.clock);
  }

  /** @param {MoveId} id */
  _press(id) {
    if (id === "switch") this._switch.open({ locked: this._locked });
    else if (id === "lock") this._lockUp();
    else if (id === "counters") this._sitDown(null);
    else this._doing.press(id);
  }

  _lockUp() {
    lock();
    this._locked = true;
    this._show();
  }

  /** @param {KeyboardEvent} event */
  _pressed(event) {
    if (isPicking() || this._locked || !isShortcut(event)) return;
    if (!this._desk()) {
      this._list.pressed(event);
      return;
    }
    // A key that Tab has led to is pressed the usual way.
    const native = event.key === " " || event.key === "Enter" ? document.activeElement?.closest("button") : null;
    const pressed = moveOf(event);
    if (!pressed || native || !isOffered(pressed.id)) return;
    event.preventDefault();
    if (!event.repeat) this._press(pressed.id);
  }
}

/**
 * Whoever comes back to the page finds the counter they hold.
 * @param {LiveHall} live
 */
function heldCounter(live) {
  const held = [...live.hall.counters.values()].find(isMine);
  return held ? held.id : null;
}

/** @param {import("./desk.js").Desk} desk */
function title(desk) {
  const number = desk.current ? `${desk.current.number} · ` : "";
  return `${number}${t("teller.counter_short", { n: desk.counter.number })}`;
}

document.documentElement.dataset.screen = boot.screen;
new Teller().start();
