/** Devices: which there are and how each is, who asks to be connected, and how one is taken away. */

import { get, question, Refused } from "../shared/api.js";
import { t } from "../shared/boot.js";
import { el, fill } from "../shared/dom.js";
import { connectDevice } from "./connect_device.js";
import { deviceCard, goneList, isWell } from "./device_card.js";
import { asked, brought, button, field, head, textInput } from "./parts.js";

/** @typedef {import("./types.js").Office} Office */

/**
 * @typedef {Object} KnownDevice
 * @property {string} id
 * @property {"kiosk" | "display" | "machine"} kind
 * @property {string} name
 * @property {string} made_at
 * @property {string | null} revoked_at
 * @property {string | null} seen_at
 * @property {string} address
 * @property {string} version
 * @property {number} sockets
 * @property {Record<string, string>} parts
 * @property {boolean} online
 * @property {string | null} wrong_since
 * @property {string} note
 */

/** @typedef {{id: string, kind: string, address: string, agent: string, made_at: string}} Asking */
/** @typedef {{devices: KnownDevice[], waiting: Asking[]}} Devices */

const LOOK_EVERY_MS = 3000;
const KINDS = ["kiosk", "display", "machine"];

class DevicesView {
  /**
   * @param {HTMLElement} place
   * @param {Office} office
   */
  constructor(place, office) {
    this._office = office;
    this._path = `branches/${encodeURIComponent(office.word)}`;
    this._manages = office.may.has("manage_devices");
    this._list = el("div", { class: "devices" });
    this._away = el("p", { class: "said said--warn", role: "status" });
    this._drawn = "";
    const connect = button(t("office.devices.connect"), () => this._connect(), { primary: true, shape: "add" });
    fill(place, head(t("office.view.devices"), t("office.devices.intro"), this._manages && connect), this._away, this._list);
  }

  start() {
    brought(this._list, () => get(`${this._path}/devices`), (found) => this._draw(found));
    this._ticking = setInterval(() => document.visibilityState === "visible" && this._look(), LOOK_EVERY_MS);
  }

  stop() {
    clearInterval(this._ticking);
  }

  async _look() {
    try {
      this._draw(await get(`${this._path}/devices`));
      fill(this._away);
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      fill(this._away, problem.sentence());
    }
  }

  /** @param {Devices} found */
  _draw(found) {
    const here = found.devices.filter((one) => !one.revoked_at);
    const gone = found.devices.filter((one) => one.revoked_at);
    const parts = [this._asking(found.waiting), here.length === 0 && this._none(), this._cards(here), goneList(gone)];
    const next = el("div", null, parts);
    // Looked at every few seconds: what says the same is left alone, with its focus.
    if (next.innerHTML === this._drawn) return;
    this._drawn = next.innerHTML;
    const held = this._list.contains(document.activeElement) ? document.activeElement?.getAttribute("data-key") : null;
    const open = this._list.querySelector("details")?.open;
    fill(this._list, ...next.childNodes);
    const details = this._list.querySelector("details");
    if (details && open) details.open = true;
    const again = held && this._list.querySelector(`[data-key="${CSS.escape(held)}"]`);
    if (again instanceof HTMLElement) again.focus();
  }

  /** @param {Asking[]} waiting */
  _asking(waiting) {
    if (waiting.length === 0 || !this._manages) return null;
    const rows = waiting.map(({ kind, address }) => {
      const words = t("office.devices.asks", { kind: t(`office.device_kind.${kind}`), address });
      return el("li", null, words);
    });
    const key = button(t("office.devices.type_code"), () => this._connect(), { primary: true });
    key.dataset.key = "asking";
    return el("section", { class: "panel asking" }, el("div", null, el("h2", null, t("office.devices.asking")), el("ul", null, rows)), key);
  }

  _none() {
    return el("div", { class: "panel empty" }, el("h2", null, t("office.devices.none")), t("office.devices.none_how"));
  }

  /** @param {KnownDevice[]} here  those first that somebody has to look after */
  _cards(here) {
    const order = (/** @type {KnownDevice} */ one) => (isWell(one) ? 1 : 0) * KINDS.length + KINDS.indexOf(one.kind);
    const sorted = [...here].sort((a, b) => order(a) - order(b));
    const cards = sorted.map((one) => deviceCard(one, this._manages && this._keys(one)));
    return el("div", { class: "devices__cards" }, cards);
  }

  /** @param {KnownDevice} device */
  _keys(device) {
    const rename = button(t("office.devices.rename"), () => this._rename(device), { label: label("rename", device) });
    const revoke = button(t("office.devices.revoke"), () => this._revoke(device), { label: label("revoke", device) });
    rename.dataset.key = `rename ${device.id}`;
    revoke.dataset.key = `revoke ${device.id}`;
    return [rename, revoke];
  }

  async _connect() {
    const name = await connectDevice(this._path);
    if (!name) return;
    this._office.toast(t("office.devices.connected", { name }));
    await this._look();
  }

  /** @param {KnownDevice} device */
  async _rename(device) {
    const input = textInput("name", { required: true, maxlength: 80, value: device.name });
    const done = await asked({
      title: t("office.devices.rename"),
      body: [field(t("office.devices.name"), input, t("office.devices.name_note"))],
      yes: t("office.save"),
      send: (data) => this._change(device, "rename", { name: data.get("name") }),
    });
    if (done) await this._look();
  }

  /** @param {KnownDevice} device */
  async _revoke(device) {
    const done = await asked({
      title: t("office.devices.revoke_ask", { name: device.name || device.id }),
      body: [el("p", null, t(`office.devices.revoke_means.${device.kind}`)), el("p", null, t("office.devices.revoke_again"))],
      yes: t("office.devices.revoke"),
      bad: true,
      send: () => this._change(device, "revoke", {}),
    });
    if (!done) return;
    this._office.toast(t("office.devices.revoked", { name: device.name || device.id }));
    await this._look();
  }

  /**
   * @param {KnownDevice} device
   * @param {"rename" | "revoke"} what
   * @param {Record<string, any>} body
   */
  _change(device, what, body) {
    return question(`${this._path}/devices/${encodeURIComponent(device.id)}/${what}`, body);
  }
}

/**
 * @param {"rename" | "revoke"} what
 * @param {KnownDevice} device
 */
function label(what, device) {
  return `${t(`office.devices.${what}`)}: ${device.name || device.id}`;
}

/**
 * @param {HTMLElement} place
 * @param {Office} office
 */
export function mount(place, office) {
  const view = new DevicesView(place, office);
  view.start();
  const stop = () => {
    view.stop();
    return true;
  };
  return { leave: stop, translate: () => (view.stop(), mount(place, office)) };
}
