/** The hall's own board: calls alone, calls and who waits, or calls and notices. */

import { el, fill } from "/screens/shared/dom.js";
import { drawHero, heroSays } from "./hero.js";
import { Notices } from "./notices.js";
import { drawRecent } from "./recent.js";
import { drawWaiting } from "./waiting.js";

/** @typedef {import("/screens/shared/types.js").Call} Call */
/** @typedef {import("/screens/shared/hall_state.js").HallState} HallState */
/** @typedef {import("./main.js").Parts} Parts */

/** @type {Record<string, number>} */
const MOST_ROWS = { calls: 8, waiting: 8, notices: 8 };

export class HallBoard {
  /**
   * @param {HTMLElement} place
   * @param {Parts} parts
   */
  constructor(place, parts) {
    this._parts = parts;
    this._layout = parts.wishes.layout;
    this._hero = el("section", { class: "hero", "aria-live": "polite" });
    this._recent = el("section", { class: "recent" });
    this._waiting = this._layout === "waiting" ? el("section", { class: "waiting" }) : null;
    this._notices = this._layout === "notices" ? new Notices(parts) : null;
    this._said = "";
    fill(place, this._notices && this._notices.place, this._hero, this._recent, this._waiting);
  }

  /** Another layout takes its place. */
  leave() {
    if (this._notices) this._notices.leave();
  }

  /** @param {HallState} hall */
  draw(hall) {
    const { zone, offers } = this._parts;
    drawRecent(this._recent, hall, zone.calls(hall), MOST_ROWS[this._layout]);
    if (this._waiting) drawWaiting(this._waiting, hall, zone.queues(hall), (queueId) => offers.of(queueId));
    if (this._notices) this._notices.draw(hall);
  }

  /**
   * @param {HallState} hall
   * @param {Call[]} calls
   * @param {boolean} fresh  whether they have just been called
   */
  show(hall, calls, fresh) {
    const now = this._parts.live.clock.now();
    const says = heroSays(hall, calls, now);
    if (fresh || says !== this._said) drawHero(this._hero, hall, calls, now, fresh);
    this._said = says;
    if (this._notices) this._notices.giveWay(this._parts.announcer.busy);
  }
}
