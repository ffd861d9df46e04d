/** The set-up of a branch: its sections, one in sight, and a draft of all of them that comes into force as a whole. */

import { Refused } from "../shared/api.js";
import { t } from "../shared/boot.js";
import { el, fill } from "../shared/dom.js";
import { asked, head } from "./parts.js";
import { Bar } from "./set_up_bar.js";
import { putIntoForce } from "./set_up_calls.js";
import { Checking } from "./set_up_checking.js";
import { checklist } from "./set_up_checklist.js";
import { costs } from "./set_up_costs.js";
import { counters } from "./set_up_counters.js";
import { customers } from "./set_up_customers.js";
import { Desk } from "./set_up_desk.js";
import { Draft } from "./set_up_draft.js";
import { sectionOf, showFaults } from "./set_up_faults.js";
import { files } from "./set_up_files.js";
import { hours } from "./set_up_hours.js";
import { nameIds } from "./set_up_ids.js";
import { lobby } from "./set_up_lobby.js";
import { privacy } from "./set_up_privacy.js";
import { queues } from "./set_up_queues.js";
import { joinTheirs, review } from "./set_up_review.js";
import { services } from "./set_up_services.js";
import { SECTION_KEYS, SectionTabs } from "./set_up_tabs.js";
import { versionList } from "./set_up_versions.js";

/** @typedef {import("./set_up_tabs.js").SectionKey} SectionKey */
/** @typedef {import("./set_up_draft.js").InForce} InForce */
/** @typedef {import("./types.js").Office} Office */

/** @type {Record<string, (desk: Desk) => import("../shared/dom.js").Child[]>} */
const SECTIONS = { hours, services, queues, counters, customers, costs, lobby, privacy, versions: versionList, files };

export class SetUpPage {
  /**
   * @param {HTMLElement} place
   * @param {Office} office
   * @param {InForce} inForce
   */
  constructor(place, office, inForce) {
    this._draft = new Draft(office.word, inForce, office.boot.actor.id);
    this._office = office;
    const mayChange = office.may.has("change_set_up");
    this._desk = new Desk(this._draft, { branch: office.word, mayChange, toast: office.toast });
    this._desk.redraw = (focus) => this._draw(focus);
    this._checking = new Checking(office.word, () => this._judged());
    this._bar = new Bar({
      review: () => this._review(),
      discard: () => this._discard(),
      back: () => this._takeBack(),
      toFault: () => this._toFault(),
    });
    this._tabs = new SectionTabs((key) => this._go(key));
    this._head = el("div", null);
    this._body = el("div", { class: "section", id: "section", role: "tabpanel" });
    this._shown = SECTION_KEYS.find((key) => location.hash === `#set_up/${key}`) ?? SECTION_KEYS[0];
    /** What held before the newest came into force. @type {import("./set_up_document.js").SetUp | null} */
    this._former = null;
    this.element = el("div", { class: "set-up" }, this._head, this._tabs.element, this._body, this._bar.element);
    fill(place, this.element);
  }

  start() {
    const resumed = this._draft.resume();
    this._draft.changedBy = (change) => this._changed(change);
    this._body.addEventListener("focusout", () => this._draft.rest());
    this._leaving = (/** @type {BeforeUnloadEvent} */ event) => this._draft.changed && event.preventDefault();
    this._pressing = (/** @type {KeyboardEvent} */ event) => this._pressed(event);
    addEventListener("beforeunload", this._leaving);
    addEventListener("keydown", this._pressing);
    this.translate();
    if (resumed === "dropped") this._sayDropped();
    else if (resumed !== "nothing" && this._draft.changed) this._office.toast(t(`office.set_up.resumed.${resumed}`));
    this._check();
  }

  translate() {
    const intro = t(this._desk.mayChange ? "office.set_up.intro" : "office.set_up.intro_look");
    fill(this._head, head(t("office.view.set_up"), intro), checklist(this._office));
    this._bar.forget();
    this._draw();
  }

  /** The view is left: the draft waits in this browser, which is said. */
  leave() {
    if (this._draft.changed) this._office.toast(t("office.set_up.left"));
    this._checking.stop();
    if (this._leaving) removeEventListener("beforeunload", this._leaving);
    if (this._pressing) removeEventListener("keydown", this._pressing);
    return true;
  }

  /** @param {import("./set_up_draft.js").Change} change */
  _changed({ redraw, focus }) {
    this._bar.done = false;
    if (redraw) this._draw(focus);
    else this._desk.refresh();
    this._check();
    this._drawFrame();
  }

  _check() {
    if (this._draft.changed) this._checking.soon(this._draft.document);
    else this._checking.clear();
  }

  _judged() {
    this._drawFrame();
  }

  /** @param {string} [focus] */
  _draw(focus) {
    const active = this._body.contains(document.activeElement) ? document.activeElement : null;
    const held = active?.getAttribute("data-key");
    const top = active?.getBoundingClientRect().top ?? 0;
    this._desk.clear();
    this._body.setAttribute("aria-labelledby", `section-${this._shown}`);
    fill(this._body, this._section());
    const wanted = focus ?? held;
    const there = wanted && this._body.querySelector(`[data-key="${CSS.escape(wanted)}"]`);
    if (there instanceof HTMLElement) there.focus({ preventScroll: focus === undefined });
    this._drawFrame();
    // What was pressed stays under the pointer, though what stands above it has grown.
    if (there && wanted === held) scrollBy(0, there.getBoundingClientRect().top - top);
  }

  /** A draft that cannot be drawn, as one of another version of this page, would leave it dead at each visit. */
  _section() {
    try {
      return SECTIONS[this._shown](this._desk);
    } catch (problem) {
      if (!this._draft.changed) throw problem;
      console.warn("the draft cannot be drawn", problem);
      this._desk.clear();
      this._draft.drop();
      this._sayDropped();
      return SECTIONS[this._shown](this._desk);
    }
  }

  _sayDropped() {
    this._office.toast(t("office.set_up.resumed.dropped"), "refused");
  }

  /** What stands around the fields, and the faults at them: drawn without touching what one types in. */
  _drawFrame() {
    const { faults } = this._draft.changed ? this._checking.judgement : { faults: [] };
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const fault of faults) counts.set(sectionOf(fault.path), (counts.get(sectionOf(fault.path)) ?? 0) + 1);
    showFaults(this._body, faults.filter((fault) => sectionOf(fault.path) === this._shown), this._draft.document);
    this._tabs.draw(this._shown, counts);
    this._bar.draw(this._draft, this._checking);
  }

  /** @param {SectionKey} key */
  _go(key) {
    this._shown = key;
    history.replaceState(history.state, "", `#set_up/${key}`);
    this._draw();
    scrollTo(0, 0);
  }

  _toFault() {
    const [fault] = this._checking.judgement.faults;
    if (!fault) return;
    if (fault.path.startsWith("counters.")) this._desk.chosen.counter = Number(fault.path.split(".")[1]);
    this._go(/** @type {SectionKey} */ (sectionOf(fault.path)));
    const field = this._body.querySelector("[aria-invalid='true']");
    if (field instanceof HTMLElement) field.focus();
  }

  async _review() {
    this._draft.edit((document) => nameIds(document, this._draft.base));
    const judgement = await this._checking.now(this._draft.document);
    if (!judgement) return;
    if (judgement.faults.length > 0) return this._toFault();
    const former = this._draft.base;
    const answer = await review(this._desk, judgement);
    if (answer === "changed") return this._join();
    if (!answer) return;
    this._former = former;
    this._settle(answer);
  }

  /** @param {InForce} inForce */
  _settle(inForce) {
    this._draft.settle(inForce);
    this._bar.done = this._former !== null;
    this._drawFrame();
    this._office.toast(t("office.set_up.in_force"));
  }

  async _join() {
    await this._told(() => joinTheirs(this._desk));
  }

  async _discard() {
    const agreed = await asked({
      title: t("office.set_up.discard.title"),
      body: [el("p", null, t("office.set_up.discard.about"))],
      yes: t("office.set_up.discard.yes"),
      no: t("office.set_up.back"),
      bad: true,
    });
    if (agreed) this._draft.discard();
  }

  /** What held before comes into force again, as a version of its own. */
  async _takeBack() {
    const former = this._former;
    if (!former) return;
    await this._told(async () => {
      const answer = await putIntoForce(this._desk.branch, former, this._draft.version);
      this._former = null;
      this._settle(answer);
    });
  }

  /** @param {() => Promise<void>} act */
  async _told(act) {
    try {
      await act();
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      this._office.toast(problem.sentence(), "refused");
    }
  }

  /** @param {KeyboardEvent} event */
  _pressed(event) {
    if (!(event.ctrlKey || event.metaKey) || document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    const way = key === "y" || (key === "z" && event.shiftKey) ? "redo" : key === "z" ? "undo" : null;
    if (!way || !this._desk.mayChange) return;
    event.preventDefault();
    this._draft[way]();
  }
}
