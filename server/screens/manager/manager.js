/** The manager's screen: the hall in one line, and below it one of three sheets. */

import { boot, onLanguage, t } from "../shared/boot.js";
import { fill, find } from "../shared/dom.js";
import { LiveHall } from "../shared/live.js";
import "../shared/stale_banner.js";
import { toastsIn } from "../staff/toasts.js";
import { NowView } from "./now_view.js";
import { PlanView } from "./plan_view.js";
import { RecordView } from "./record_view.js";
import { SummaryBar } from "./summary_bar.js";
import { Tabs } from "./tabs.js";

class Manager {
  constructor() {
    this._live = new LiveHall();
    this._now = new NowView(this._live, toastsIn(find("#toasts")));
    this._tabs = new Tabs({ now: this._now, plan: new PlanView(), record: new RecordView() }, this._live);
    this._bar = new SummaryBar(this._tabs.element);
  }

  start() {
    fill(find("#manager"), this._bar.element, this._tabs.panels);
    /** @type {import("../shared/stale_banner.js").StaleBanner} */ (find("stale-banner")).watch(this._live);
    onLanguage(() => this._translate());
    this._live.onChange(() => this._draw());
    setInterval(() => this._draw(), 1000);
    this._translate();
    this._live.start();
    this._now.start();
    this._tabs.start();
  }

  _translate() {
    document.title = t("manager.title");
    this._bar.translate(this._live.hall);
    this._tabs.translate();
    this._draw();
  }

  _draw() {
    this._bar.draw(this._live.hall, this._live.clock);
    this._tabs.draw();
  }
}

document.documentElement.dataset.screen = boot.screen;
new Manager().start();
