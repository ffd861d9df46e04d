/** The code that leads to the number on the customer's phone, drawn by whoever serves the page. */

import { boot, t } from "/screens/shared/boot.js";
import { program } from "./program.js";

const SVG = "http://www.w3.org/2000/svg";

/**
 * An empty drawing that fills itself; it stays away where nobody can draw it.
 * @param {import("/screens/shared/types.js").Ticket} ticket
 * @param {() => void} drawn
 */
export function phoneCode(ticket, drawn) {
  const code = document.createElementNS(SVG, "svg");
  code.setAttribute("class", "code");
  code.setAttribute("hidden", "");
  code.setAttribute("role", "img");
  code.setAttribute("aria-label", t("kiosk.qr.label", { number: ticket.number }));
  squares(ticket.id).then(
    (found) => {
      code.setAttribute("viewBox", found.viewBox);
      code.appendChild(found.path);
      code.removeAttribute("hidden");
      drawn();
    },
    () => undefined, // the number counts without it
  );
  return code;
}

/**
 * Only the shape is taken from what came: no markup of another's making enters the page.
 * @param {string} ticketId
 */
async function squares(ticketId) {
  const path = `tickets/${encodeURIComponent(ticketId)}/qr.svg`;
  const known = { Authorization: `Bearer ${boot.token}` };
  const answer = await (program ? fetch(`/local/${path}`) : fetch(`/api/v1/${path}`, { headers: known }));
  if (!answer.ok) throw new Error(`no code: ${answer.status}`);
  const drawing = new DOMParser().parseFromString(await answer.text(), "image/svg+xml");
  const [root, line] = [drawing.documentElement, drawing.querySelector("path")];
  if (!line) throw new Error("no code in the drawing");
  const shape = document.createElementNS(SVG, "path");
  shape.setAttribute("d", line.getAttribute("d") || "");
  return { viewBox: root.getAttribute("viewBox") || "", path: shape };
}
