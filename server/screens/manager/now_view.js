/** The sheet "now": advice on top, the floor as it is, and the day so far. */

import { branchPath, command, Refused } from "../shared/api.js";
import { name, t } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { pick } from "../staff/pick.js";
import { RecentEvents } from "../staff/recent_events.js";
import { AdviceBoard, mostUrgent } from "./advice_board.js";
import { classWords } from "./advice_words.js";
import { showDetails } from "./class_details.js";
import { chooseFor } from "./counter_menu.js";
import { DayCharts } from "./day_charts.js";
import { DeviceStrip } from "./device_strip.js";
import { followFigures } from "./figures.js";
import { Floor } from "./floor.js";
import { FreeSince } from "./free_since.js";
import { LookAhead } from "./look_ahead.js";
import { UnservedLine } from "./unserved.js";

/** @typedef {import("../shared/live.js").LiveHall} LiveHall */
/** @typedef {import("../shared/types.js").Advice} Advice */
/** @typedef {import("../shared/types.js").HallEvent} HallEvent */

const DISMISSALS = ["soon_over", "nobody_free", "colleague_back", "other_plan"];

export class NowView {
  /**
   * @param {LiveHall} live
   * @param {ReturnType<typeof import("../staff/toasts.js").toastsIn>} toasts
   */
  constructor(live, toasts) {
    this._live = live;
    this._toasts = toasts;
    this._free = new FreeSince();
    this._classes = classesOf(live.hall);
    /** @type {import("./figures.js").Figures | null} */
    this._figures = null;
    this._sending = false;
    this._devices = new DeviceStrip();
    this._unserved = new UnservedLine();
    this._board = new AdviceBoard({
      accept: (advice) => this._send(advicePath(advice, "accept")),
      dismiss: (advice) => this._dismiss(advice),
      figures: (advice) => this._details(advice.counter_class),
    });
    this._ahead = new LookAhead(this._classes, live.hall.branch.time_zone, {
      policy: (key, policy) => this._send(branchPath(`policies/${encodeURIComponent(key)}`), { policy }),
      details: (key) => this._details(key),
    });
    this._floor = new Floor(this._classes, (counter) => this._menu(counter.id), (key) => this._details(key));
    this._charts = new DayCharts(live.hall.branch.time_zone);
    const shown = [this._devices, this._unserved, this._board, this._ahead, this._floor, this._charts];
    this.element = el("div", { class: "now" }, shown.map((part) => part.element));
  }

  start() {
    this._live.onChange((_hall, events) => events.forEach((event) => this._tellEnd(event)));
    followFigures(this._live, (figures) => this._measured(figures));
    new RecentEvents(this._live, {
      hear: (event) => this._free.hear(event),
      forget: () => this._free.forget(),
      heard: () => this.draw(),
    });
  }

  show() {}

  translate() {
    this._ahead.translate();
    this._floor.translate();
    this._charts.translate(this._classes);
  }

  draw() {
    const { hall, clock } = this._live;
    const figures = this._figures;
    this._devices.draw(hall);
    this._unserved.draw(hall);
    this._board.draw(hall, figures, clock.now());
    if (figures) this._ahead.draw(hall, figures, mostUrgent(hall, figures));
    this._floor.draw({ hall, clock, figures, freeSince: (id) => this._free.of(id) });
  }

  /** @param {import("./figures.js").Figures} figures */
  _measured(figures) {
    this._figures = figures;
    this._charts.draw(figures);
    this.draw();
    this._ahead.refresh();
  }

  /**
   * Advice that goes away by itself says why, or one wonders whether one saw it.
   * @param {HallEvent} event
   */
  _tellEnd({ kind, advice, reason }) {
    if (kind !== "advice.withdrawn" || !advice || !reason) return;
    this._toasts.tell(t("manager.told", { kind: classWords(advice.counter_class), told: name(reason.words) }));
  }

  /** @param {string} counterId */
  async _menu(counterId) {
    const counter = this._live.hall.counters.get(counterId);
    const sending = counter && (await chooseFor(counter));
    if (sending) await this._send(sending.path, sending.body);
  }

  /** @param {string} key */
  _details(key) {
    const reckoning = this._figures?.advice_table[key];
    if (reckoning) showDetails(key, reckoning, this._figures?.outlook?.[key] ?? null, this._live.hall.branch);
  }

  /** @param {Advice} advice */
  async _dismiss(advice) {
    const said = DISMISSALS.map((reason) => t(`manager.dismissal.${reason}`));
    const choices = said.map((words) => ({ value: words, label: words }));
    const reason = await pick(t("manager.pick_dismissal"), choices, t("manager.pick_hint"));
    if (reason) await this._send(advicePath(advice, "dismiss"), { reason });
  }

  /**
   * One command at a time, and none on a hall that may have changed since.
   * @param {string} path
   * @param {Record<string, any>} [body]
   */
  async _send(path, body) {
    if (this._live.status !== "live") this._toasts.refuse(t("manager.not_live"));
    if (this._sending || this._live.status !== "live") return;
    this._sending = true;
    try {
      await command(path, body);
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      this._toasts.refuse(problem.sentence());
    } finally {
      this._sending = false;
    }
  }
}

/**
 * @param {Advice} advice
 * @param {"accept" | "dismiss"} what
 */
function advicePath(advice, what) {
  return `advice/${encodeURIComponent(advice.id)}/${what}`;
}

/**
 * The classes of the branch in the order of its policies, which is the order the branch thinks in.
 * @param {import("../shared/hall_state.js").HallState} hall
 */
function classesOf(hall) {
  const used = new Set([...hall.counters.values()].map((counter) => counter.counter_class));
  return Object.keys(hall.branch.policies ?? {}).filter((key) => used.has(/** @type {any} */ (key)));
}
