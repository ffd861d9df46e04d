/** The corner for staff: behind a corner held for three seconds and a PIN, how this device is, and what helps it. */

import { name, t, translate } from "/screens/shared/boot.js";
import { clockTime } from "/screens/shared/clock.js";
import { el, fill, find, say } from "/screens/shared/dom.js";
import { local, program } from "./program.js";
import { pinPad } from "./staff_pin.js";

/** @typedef {import("./kiosk.js").Kiosk} Kiosk */

const HOLD_MS = 3000;
const LEFT_MS = 60000; // untouched: who opened it has gone
const LOOK_EVERY_MS = 2000;

/**
 * Nothing to hold where no program with a PIN stands beside the page.
 * @param {Kiosk} kiosk
 */
export function staffCorner(kiosk) {
  const [corner, cover] = [find(".corner"), find(".staff")];
  if (!program || !program.staff) return;
  corner.hidden = false;
  let holding = 0;
  const let_go = () => clearTimeout(holding);
  corner.addEventListener("pointerdown", () => {
    let_go();
    holding = window.setTimeout(() => new Visit(kiosk, cover).begin(), HOLD_MS);
  });
  ["pointerup", "pointerleave", "pointercancel"].forEach((what) => corner.addEventListener(what, let_go));
}

/** One stay of somebody of the staff. */
class Visit {
  /**
   * @param {Kiosk} kiosk
   * @param {HTMLElement} cover
   */
  constructor(kiosk, cover) {
    this._kiosk = kiosk;
    this._cover = cover;
    this._staff = "";
    this._touchedAt = performance.now();
    this._looking = 0;
  }

  begin() {
    this._cover.hidden = false;
    translate(this._cover);
    find(".staff__back", this._cover).onclick = () => this._leave();
    const touched = () => (this._touchedAt = performance.now());
    this._cover.onpointerdown = touched;
    this._cover.onkeydown = touched;
    const entered = (/** @type {string} */ staff) => {
      this._staff = staff;
      this._show();
    };
    fill(this._body(), pinPad(entered));
    this._looking = window.setInterval(() => this._look(), LOOK_EVERY_MS);
    find("button", this._cover).focus();
  }

  _body() {
    return find(".staff__body", this._cover);
  }

  _leave() {
    clearInterval(this._looking);
    fill(this._body());
    this._cover.hidden = true;
    if (this._staff) local("staff/leave", { body: {}, staff: this._staff }).catch(() => undefined);
  }

  _look() {
    if (performance.now() - this._touchedAt > LEFT_MS) this._leave();
    else if (this._staff) this._refresh();
  }

  _show() {
    const said = el("p", { class: "staff__said", role: "status" });
    const key = (/** @type {string} */ words, /** @type {string} */ path) =>
      el("button", { class: "button", type: "button", onclick: () => this._print(path, said) }, t(words));
    fill(
      this._body(),
      el("dl", { class: "staff__facts" }),
      el("div", { class: "staff__keys" }, key("kiosk.staff.reprint", "reprint"), key("kiosk.staff.trial", "trial")),
      said,
    );
    this._refresh();
  }

  /**
   * @param {string} path
   * @param {HTMLElement} said
   */
  async _print(path, said) {
    say(said, t("kiosk.staff.printing"));
    try {
      const { print } = await local(`staff/${path}`, { body: {}, staff: this._staff });
      const done = print.state === "printed" || print.state === "printing";
      const trouble = t(`kiosk.paper.${print.trouble}`);
      const why = trouble.startsWith("kiosk.") ? "" : ` ${trouble}`;
      say(said, done ? t("kiosk.staff.printed") : t("kiosk.staff.failed") + why);
    } catch (refused) {
      say(said, refused instanceof Error && "sentence" in refused ? /** @type {any} */ (refused).sentence() : "");
    }
  }

  async _refresh() {
    try {
      const [status, last] = await Promise.all([
        local("status"),
        local("staff/last", { body: {}, staff: this._staff }),
      ]);
      if (!this._cover.hidden) fill(find(".staff__facts", this._cover), facts(this._kiosk, status, last.number));
    } catch (over) {
      this._leave();
    }
  }
}

/**
 * @param {Kiosk} kiosk
 * @param {any} status  as GET /local/status tells it
 * @param {string | null} last
 */
function facts(kiosk, status, last) {
  const since = clockTime(Date.parse(status.since), kiosk.branch.time_zone);
  const left = Object.keys(status.left).map((queue) =>
    el("span", { class: "staff__left" }, name(kiosk.branch.queues[queue].name), el("b", null, status.left[queue])),
  );
  const server = `${t(`kiosk.staff.state.${status.server}`)} (${t("kiosk.staff.since", { time: since })})`;
  return [
    fact("server", server, status.server === "here"),
    fact("printer", t(`kiosk.staff.state.${status.printer.state}`), status.printer.state === "ok", status.printer.note),
    fact("reader", t(`kiosk.staff.${status.reader ? `state.${status.reader}` : "none"}`), status.reader !== "error"),
    fact("disk", t(`kiosk.staff.state.${status.disk}`), status.disk === "ok"),
    fact("left", left, Object.keys(status.left).every((queue) => status.left[queue] > 0)),
    fact("waiting", String(status.waiting_to_hand_in), status.waiting_to_hand_in === 0),
    fact("last", last || t("kiosk.staff.none"), true),
  ];
}

/**
 * @param {string} key
 * @param {string | Node[]} words
 * @param {boolean} well
 * @param {string} [note]  the printer's own, in plain English
 */
function fact(key, words, well, note = "") {
  return el(
    "div",
    { class: "staff__fact", "data-well": String(well) },
    el("dt", null, el("span", { class: "staff__sign", "aria-hidden": "true" }), t(`kiosk.staff.${key}`)),
    el("dd", null, words, note && el("small", { lang: "en" }, note)),
  );
}
