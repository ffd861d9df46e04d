/** Under way, given back, or refused and why: what a customer is told when there is no number to show. */

import { t } from "/screens/shared/boot.js";
import { el, say } from "/screens/shared/dom.js";
import { icon } from "/screens/shared/icons.js";
import { said, says } from "./spoken.js";

/** @typedef {import("./kiosk.js").Kiosk} Kiosk */

/**
 * Ends the visit, and says when it ends by itself.
 * @param {Kiosk} kiosk
 */
export function doneKey(kiosk) {
  const key = el(
    "button",
    { class: "button button--primary done", type: "button", onclick: () => kiosk.startAgain() },
    el("span", { class: "done__words" }, t("kiosk.done")),
    el("span", { class: "returning" }),
  );
  return says(key, () => [said("kiosk.done")]);
}

/**
 * @param {Kiosk} kiosk
 * @returns {import("./main.js").Drawing}
 */
export function drawReturned(kiosk) {
  const number = kiosk.visit.ticket ? kiosk.visit.ticket.number : "";
  const element = el(
    "section",
    { class: "notice" },
    el("span", { class: "notice__sign" }, icon("check")),
    el("h1", { class: "stage__title", tabindex: "-1" }, t("kiosk.returned", { number })),
    el("p", { class: "notice__words" }, t("kiosk.returned_note")),
    el("div", { class: "notice__keys" }, doneKey(kiosk)),
  );
  const spoken = () => [said("kiosk.returned", { number }), said("kiosk.returned_note")];
  return { element, refresh: () => undefined, spoken };
}

/**
 * @param {Kiosk} kiosk
 * @returns {import("./main.js").Drawing}
 */
export function drawFailed(kiosk) {
  const { ticket, refused } = kiosk.visit;
  const title = ticket ? t("kiosk.failed_kept", { number: ticket.number }) : t("kiosk.failed");
  // Trying again helps where the answer was "not now"; a rule says no again.
  const again = refused !== null && (refused.status === 0 || refused.status >= 500);
  const back = ticket ? () => kiosk.show({ step: "ticket", key: null }) : () => kiosk.startAgain();
  const element = el(
    "section",
    { class: "notice notice--failed" },
    el("span", { class: "notice__sign" }, icon("alert")),
    el("h1", { class: "stage__title", tabindex: "-1" }, title),
    el("p", { class: "notice__words" }, ticket && !again ? t("kiosk.failed_kept_words") : refused && refused.sentence()),
    el("p", { class: "notice__note" }, t("kiosk.failed_note")),
    el(
      "div",
      { class: "notice__keys" },
      again && retryKey(kiosk),
      says(
        el("button", { class: "button", type: "button", onclick: back }, t(ticket ? "kiosk.back" : "kiosk.home")),
        () => [said(ticket ? "kiosk.back" : "kiosk.home")],
      ),
    ),
    el("p", { class: "returning" }),
  );
  const failed = ticket ? said("kiosk.failed_kept", { number: ticket.number }) : said("kiosk.failed");
  return { element, refresh: () => undefined, spoken: () => [failed, said("kiosk.failed_note")] };
}

/** @param {Kiosk} kiosk */
function retryKey(kiosk) {
  const key = el(
    "button",
    { class: "button button--primary", type: "button", onclick: () => kiosk.retry() },
    t("kiosk.retry"),
  );
  return says(key, () => [said("kiosk.retry")]);
}

/** @returns {import("./main.js").Drawing} */
export function drawIssuing() {
  const words = el("h1", { class: "stage__title", tabindex: "-1" }, t("kiosk.issuing"));
  const since = performance.now();
  const refresh = () => {
    if (performance.now() - since > 2500) say(words, t("kiosk.issuing_long"));
  };
  const dots = el("span", { class: "working", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
  const element = el("section", { class: "notice" }, dots, words);
  return { element, refresh, spoken: () => [said("kiosk.issuing")] };
}
