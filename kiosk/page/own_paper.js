/** The paper of the number on the screen, where a program prints it: on its way, taken, or to be asked for again. */

import { t } from "/screens/shared/boot.js";
import { el, fill, say } from "/screens/shared/dom.js";
import { icon } from "/screens/shared/icons.js";
import { phoneCode } from "./phone_code.js";
import { said, says } from "./spoken.js";

/** @typedef {import("./kiosk.js").Kiosk} Kiosk */
/** @typedef {import("./visit.js").Paper} Paper */

const LOOK_EVERY_MS = 700;
const TROUBLES = ["paper_out", "cover_open", "late"]; // those that a customer can make something of

/**
 * Nothing where the page has no program beside it: then nobody has promised paper.
 * @param {Kiosk} kiosk
 * @param {(isLost: boolean) => void} tell  at every change
 */
export function ownPaper(kiosk, tell) {
  const holder = el("div", { class: "own-paper", role: "status" });
  const { ticket, paper } = kiosk.visit;
  if (ticket === null || paper === null) return holder;
  const show = (/** @type {Paper} */ found) => {
    // In place, for the step itself has not changed, and whoever reads it must not be sent back to its top.
    const isNews = kiosk.visit.paper === null || kiosk.visit.paper.state !== found.state;
    if (kiosk.visit.ticket === ticket) kiosk.visit.paper = found;
    if (isNews) tell(isLost(found));
    if (isNews && kiosk.visit.ticket === ticket) kiosk.remark(saidPaper(found));
    draw(holder, ticket, found, () => reprint(ticket.id).then(watch, () => show({ state: "failed", trouble: "" })));
  };
  const watch = (/** @type {Paper} */ found) => {
    show(found);
    if (found.state !== "printing" || kiosk.visit.ticket !== ticket) return;
    setTimeout(() => look(ticket.id).then(watch, () => watch(found)), LOOK_EVERY_MS);
  };
  watch(paper);
  return holder;
}

/**
 * What is said of it to who cannot see it.
 * @param {Paper | null} paper
 */
export function saidPaper(paper) {
  if (paper === null) return [];
  if (!isLost(paper)) return [said(`kiosk.paper.${paper.state}`)];
  return [said(troubleOf(paper)), said("kiosk.paper.remember")];
}

/** @param {Paper | null} paper */
export function isLost(paper) {
  return paper !== null && (paper.state === "failed" || paper.state === "unknown");
}

/** @param {Paper} paper */
function troubleOf(paper) {
  return TROUBLES.includes(paper.trouble) ? `kiosk.paper.${paper.trouble}` : "kiosk.paper.failed";
}

/**
 * @param {HTMLElement} holder
 * @param {import("/screens/shared/types.js").Ticket} ticket
 * @param {Paper} paper
 * @param {() => void} again
 */
function draw(holder, ticket, paper, again) {
  const failed = isLost(paper);
  const words = failed ? t(troubleOf(paper)) : t(`kiosk.paper.${paper.state}`);
  const key = says(el("button", { class: "button", type: "button", onclick: again }, t("kiosk.paper.again")), () => [
    said("kiosk.paper.again"),
  ]);
  holder.setAttribute("data-state", failed ? "failed" : paper.state);
  if (!failed) {
    fill(holder, el("p", { class: "own-paper__words" }, words));
    return;
  }
  const note = el("p", { class: "own-paper__note" }, t("kiosk.paper.remember"));
  fill(
    holder,
    phoneCode(ticket, () => say(note, t("kiosk.paper.remember_or_scan"))),
    el("div", { class: "own-paper__way" }, el("p", { class: "own-paper__words" }, icon("alert"), words), note, key),
  );
}

/**
 * @param {string} ticketId
 * @returns {Promise<Paper>}
 */
async function look(ticketId) {
  const answer = await fetch(`/local/tickets/${encodeURIComponent(ticketId)}`);
  return paperIn(answer);
}

/**
 * @param {string} ticketId
 * @returns {Promise<Paper>}
 */
async function reprint(ticketId) {
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ ticket_id: ticketId });
  return paperIn(await fetch("/local/reprint", { method: "POST", headers, body }));
}

/** @param {Response} answer */
async function paperIn(answer) {
  if (!answer.ok) throw new Error(`the printer's desk says ${answer.status}`);
  return (await answer.json()).print;
}
