/** Devices that are not well: which, what is wrong, and since when. Nothing at all while all is well. */

import { t } from "../shared/boot.js";
import { clockTime } from "../shared/clock.js";
import { el, fill } from "../shared/dom.js";

/** @typedef {import("../shared/types.js").Device} Device */

const WELL = new Set(["ok", "here"]);

export class DeviceStrip {
  constructor() {
    this._shown = "";
    this.element = el("section", { class: "devices", "aria-live": "polite", hidden: true });
  }

  /** @param {import("../shared/hall_state.js").HallState} hall */
  draw(hall) {
    const unwell = Array.from(hall.devices.values()).filter((device) => !device.online || device.wrong_since);
    const notes = unwell.sort(byName).map((device) => noteOf(device, hall.branch.time_zone));
    const shown = JSON.stringify([t("manager.devices"), notes]);
    if (shown === this._shown) return; // drawn every second: a reader would read it out again and again
    this._shown = shown;
    this.element.hidden = notes.length === 0;
    fill(this.element, el("h2", { class: "devices__title" }, t("manager.devices")), notes.map(drawn));
  }
}

/**
 * @typedef {Object} Note
 * @property {string} name
 * @property {string} what
 * @property {string} since
 * @property {string} said  by the device itself
 */

/**
 * @param {Device} device
 * @param {string} timeZone
 * @returns {Note}
 */
function noteOf(device, timeZone) {
  const wrong = Object.keys(device.parts).filter((part) => !WELL.has(device.parts[part]));
  const what = wrong.map((part) => t(`manager.device.${part}.${device.parts[part]}`)).join(" · ");
  const since = (device.online && device.wrong_since) || device.at;
  return {
    name: device.name || t(`manager.device.${device.kind}`),
    what: device.online || device.parts.line ? what : t("manager.device.offline"),
    since: t("manager.device.since", { time: clockTime(Date.parse(since), timeZone) }),
    said: device.online ? device.note : "",
  };
}

/** @param {Note} note */
function drawn({ name, what, since, said }) {
  return el(
    "p",
    { class: "devices__one", title: said || null },
    el("strong", null, name),
    el("span", { class: "devices__what" }, what),
    el("span", { class: "devices__since" }, since),
  );
}

/**
 * @param {Device} a
 * @param {Device} b
 */
function byName(a, b) {
  return a.name < b.name ? -1 : Number(a.name > b.name);
}
