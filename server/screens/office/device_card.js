/** One device: what it is called, how it is, and where it was last heard from. */

import { t } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { ago, moment } from "./parts.js";

/** @typedef {import("./devices_view.js").KnownDevice} KnownDevice */
/** @typedef {{kind: "good" | "warn" | "bad", words: string}} Health */

const WELL = new Set(["ok", "here"]);
const SOON = new Set(["paper_low", "off"]);
// From its code to its first line, in which it fetches its page.
const CONNECTING_MS = 60_000;

/**
 * @param {KnownDevice} device
 * @param {HTMLElement[] | false} keys
 */
export function deviceCard(device, keys) {
  const health = healthOf(device);
  const chips = health.map(({ kind, words }) => el("li", { class: `chip chip--${kind}` }, words));
  const since = device.wrong_since && el("p", { class: "small" }, t("office.devices.since", { when: moment(device.wrong_since) }));
  return el(
    "article",
    { class: "device panel", "data-device": device.id },
    el("h2", { class: "device__name" }, device.name || device.id, el("span", { class: "small" }, t(`office.device_kind.${device.kind}`))),
    el("ul", { class: "chips" }, chips),
    since,
    facts(device),
    keys && el("div", { class: "device__keys" }, keys),
  );
}

/** @param {KnownDevice} device */
export function isWell(device) {
  return healthOf(device).every((one) => one.kind === "good");
}

/**
 * @param {KnownDevice} device
 * @returns {Health[]}
 */
function healthOf(device) {
  const here = device.online || device.sockets > 0;
  if (!here && !device.seen_at) return [{ kind: "warn", words: t("office.devices.never") }];
  const isNew = Date.now() - new Date(device.made_at).getTime() < CONNECTING_MS;
  if (!here && isNew) return [{ kind: "warn", words: t("office.devices.connecting") }];
  if (!here) return [{ kind: "bad", words: t("office.devices.silent") }];
  const wrong = Object.entries(device.parts).filter(([, how]) => !WELL.has(how));
  if (wrong.length === 0) return [{ kind: "good", words: t("office.devices.well") }];
  return wrong.map(([part, how]) => ({ kind: SOON.has(how) ? "warn" : "bad", words: t(`manager.device.${part}.${how}`) }));
}

/** @param {KnownDevice} device */
function facts(device) {
  /** @type {[string, string][]} */
  const told = [
    [t("office.devices.seen"), device.seen_at ? ago(device.seen_at) : "–"],
    [t("office.devices.version"), device.version || "–"],
    [t("office.devices.address"), device.address || "–"],
    [t("office.devices.made"), moment(device.made_at, { dateStyle: "medium" })],
  ];
  return el("dl", { class: "device__facts" }, told.flatMap(([key, value]) => [el("dt", null, key), el("dd", null, value)]));
}

/**
 * Those that were taken away, for whoever wonders where one is.
 * @param {KnownDevice[]} gone
 */
export function goneList(gone) {
  if (gone.length === 0) return null;
  const rows = gone.map((one) => {
    const when = t("office.devices.gone_at", { when: moment(one.revoked_at) });
    return el("li", null, el("strong", null, one.name || one.id), ` · ${t(`office.device_kind.${one.kind}`)} · ${when}`);
  });
  return el("details", { class: "gone" }, el("summary", null, t("office.devices.gone", { n: gone.length })), el("ul", null, rows));
}
