/** The kiosk while the doors are closed: that they are, and when they open next, in every language at once. */

import { boot, language, t, tIn } from "/screens/shared/boot.js";
import { clockTime } from "/screens/shared/clock.js";
import { el, say } from "/screens/shared/dom.js";
import { closedBecause, nextOpening } from "/screens/shared/hours.js";
import { openingOf, writtenIn } from "/screens/shared/opening.js";
import { said } from "./spoken.js";

/**
 * @param {import("./kiosk.js").Kiosk} kiosk
 * @returns {import("./main.js").Drawing}
 */
export function drawClosed(kiosk) {
  const now = kiosk.live.clock.now();
  const time = el("p", { class: "notice__figure", "aria-hidden": "true" });
  const refresh = () => say(time, clockTime(kiosk.live.clock.now(), kiosk.branch.time_zone));
  refresh();
  const why = `shared.closed.${closedBecause(kiosk.branch, now)}`;
  const lines = linesOf(kiosk.branch, now);
  const [first, ...others] = [language()].concat(boot.languages.filter((lang) => lang !== language()));
  const element = el(
    "section",
    { class: "notice notice--closed" },
    time,
    el("h1", { class: "stage__title", tabindex: "-1" }, t(why)),
    lines.map(({ key, params }) => el("p", { class: "notice__words" }, writtenIn(first, key, params))),
    el("p", { class: "notice__note" }, t("kiosk.closed_note")),
    others.map((lang) => beside(lang, why, lines)),
  );
  const told = lines.map(({ key, params }) => said(key, params));
  return { element, refresh, spoken: () => [said(why)].concat(told, said("kiosk.closed_note")) };
}

/**
 * When it opens, and how long it is open then.
 * @param {import("/screens/shared/types.js").Branch} branch
 * @param {number} now
 */
function linesOf(branch, now) {
  const opening = openingOf(branch, now);
  const next = nextOpening(branch, now);
  if (!opening || !next) return [];
  return [opening, { key: "kiosk.closed_hours", params: { opens: next.opens, closes: next.closes } }];
}

/**
 * @param {string} lang
 * @param {string} why
 * @param {{key: string, params: Record<string, string | number>}[]} lines
 */
function beside(lang, why, lines) {
  return el(
    "div",
    { class: "notice__beside", lang: lang === "zh" ? "zh-CN" : lang },
    el("p", { class: "notice__again" }, tIn(lang, why)),
    lines.slice(0, 1).map(({ key, params }) => el("p", null, writtenIn(lang, key, params))),
  );
}
