/** The paper of the number on the screen, where a program prints it: on its way, taken, or to be asked for again. */

import { t } from "/screens/shared/boot.js";
import { el, fill } from "/screens/shared/dom.js";
import { icon } from "/screens/shared/icons.js";

/** @typedef {import("./kiosk.js").Kiosk} Kiosk */
/** @typedef {import("./visit.js").Paper} Paper */

const LOOK_EVERY_MS = 700;
const TROUBLES = ["paper_out", "cover_open", "late"]; // those that a customer can make something of

/**
 * Nothing where the page has no program beside it: then nobody has promised paper.
 * @param {Kiosk} kiosk
 */
export function ownPaper(kiosk) {
  const holder = el("div", { class: "own-paper", role: "status" });
  const { ticket, paper } = kiosk.visit;
  if (ticket === null || paper === null) return holder;
  const show = (/** @type {Paper} */ found) => {
    // In place, for the step itself has not changed, and whoever reads it must not be sent back to its top.
    if (kiosk.visit.ticket === ticket) kiosk.visit.paper = found;
    draw(holder, found, () => reprint(ticket.id).then(watch, () => show({ state: "failed", trouble: "" })));
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
 * @param {HTMLElement} holder
 * @param {Paper} paper
 * @param {() => void} again
 */
function draw(holder, paper, again) {
  const failed = paper.state === "failed" || paper.state === "unknown";
  const trouble = TROUBLES.includes(paper.trouble) ? `kiosk.paper.${paper.trouble}` : "kiosk.paper.failed";
  const words = failed ? t(trouble) : t(`kiosk.paper.${paper.state}`);
  const key = el("button", { class: "button", type: "button", onclick: again }, t("kiosk.paper.again"));
  holder.setAttribute("data-state", failed ? "failed" : paper.state);
  fill(
    holder,
    el("p", { class: "own-paper__words" }, failed && icon("alert"), words),
    failed && el("p", { class: "own-paper__note" }, t("kiosk.paper.remember")),
    failed && key,
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
