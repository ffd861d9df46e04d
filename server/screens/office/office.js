/** The office: what is set up and looked up rather than done at a counter; one view at a time beside its names. */

import { boot, onLanguage, t } from "../shared/boot.js";
import { el, fill, find } from "../shared/dom.js";
import { LiveHall } from "../shared/live.js";
import "../shared/stale_banner.js";
import { toastsIn } from "../staff/toasts.js";
import { button } from "./parts.js";
import { allowedViews, Side, viewName } from "./side.js";

/** @typedef {import("./types.js").Office} Office */
/** @typedef {import("./types.js").ViewKey} ViewKey */
/** @typedef {import("./types.js").Mounted} Mounted */

class Shell {
  constructor() {
    const toasts = toastsIn(find("#toasts"));
    const known = /** @type {Office["boot"]} */ (boot);
    /** @type {Office} */
    this.office = {
      boot: known,
      word: boot.branch_id,
      may: new Set(known.may),
      toast: (text, kind = "told") => (kind === "refused" ? toasts.refuse(text) : toasts.tell(text)),
      open: (view) => this._go(view),
    };
    this._views = allowedViews(this.office);
    this._side = new Side(this.office, this._views);
    /** @type {ViewKey | null} */
    this._shown = null;
    /** @type {Mounted} */
    this._mounted = {};
  }

  start() {
    find(".side").replaceWith(this._side.element);
    this._nameBranch();
    onLanguage(() => this._translate());
    addEventListener("hashchange", () => this._arrive());
    this._watch();
    this._translate();
    this._arrive();
  }

  /** In the address, so that a reload, or the address handed on, opens this branch again and not one's first. */
  _nameBranch() {
    const address = new URL(location.href);
    address.searchParams.set("branch", this.office.word);
    history.replaceState(history.state, "", address);
  }

  /** Where there is a branch, its line says at once that the server is away or that this person was signed out. */
  _watch() {
    if (!boot.snapshot) return;
    const live = new LiveHall();
    /** @type {import("../shared/stale_banner.js").StaleBanner} */ (find("stale-banner")).watch(live);
    live.start();
  }

  _translate() {
    this._side.draw(this._shown);
    this._entitle();
    if (!this._shown) return;
    // A view that is mounted anew is another one: the former is let go, or it would go on asking and listening.
    if (this._mounted.translate) this._mounted = this._mounted.translate() ?? this._mounted;
    else if (this._mounted.leave?.() ?? true) this._mount(this._shown);
  }

  _entitle() {
    const view = this._shown ? `${viewName(this._shown, this.office.word)} · ` : "";
    document.title = `${view}${t("office.title")}`;
  }

  /** @returns {ViewKey} the view that the address names, else the first */
  _asked() {
    return this._views.find((view) => location.hash.split("/")[0] === `#${view}`) ?? this._views[0];
  }

  /** @param {ViewKey} view */
  _go(view) {
    if (location.hash.split("/")[0] !== `#${view}`) location.hash = view;
  }

  _arrive() {
    const asked = this._asked();
    if (!asked || asked === this._shown) return;
    if (this._mounted.leave && !this._mounted.leave()) {
      history.replaceState(history.state, "", `#${this._shown}`);
      return;
    }
    const first = this._shown === null;
    this._shown = asked;
    this._side.draw(asked);
    this._entitle();
    this._mount(asked).then(() => !first && find("#view").focus());
  }

  /**
   * @param {ViewKey} view
   * @param {number} [attempt]  a browser remembers what it could not load: each attempt has an address of its own
   */
  async _mount(view, attempt = 0) {
    const loading = el("p", { class: "empty", "aria-busy": "true" }, t("office.loading"));
    const place = el("div", { class: "view__place", "data-view": view }, loading);
    fill(find("#view"), place);
    this._mounted = {};
    scrollTo(0, 0);
    const module = await import(`./${view}_view.js${attempt ? `?${attempt}` : ""}`).catch(() => null);
    if (this._shown !== view || !place.isConnected) return;
    this._mounted = module ? module.mount(place, this.office) || {} : {};
    if (module) return;
    const again = button(t("office.again"), () => this._mount(view, attempt + 1));
    fill(place, el("div", { class: "empty", role: "alert" }, el("p", null, t("office.not_loaded")), again));
  }
}

document.documentElement.dataset.screen = boot.screen;
new Shell().start();
