/** What can be seen of the page while another one is in front: its title, its sign, the colour of the phone's bar. */

import { t, tCount } from "/screens/shared/boot.js";
import { sentence } from "./scene.js";

/** @typedef {import("./types.js").PhoneView} PhoneView */

const SIGNS = { calm: "/screens/shared/mark.svg", called: "/phone/page/mark-called.svg" };

/** @param {PhoneView | null} view */
export function showBadge(view) {
  const called = view !== null && view.ticket.state === "called";
  document.title = view === null ? t("phone.title") : titleOf(view);
  const sign = document.querySelector('link[rel="icon"]');
  const wanted = called ? SIGNS.called : SIGNS.calm;
  // Set only when it differs: some browsers fetch it again at every touch.
  if (sign && sign.getAttribute("href") !== wanted) sign.setAttribute("href", wanted);
  const bar = document.querySelector('meta[name="theme-color"]');
  if (bar) bar.setAttribute("content", getComputedStyle(document.body).backgroundColor);
}

/** @param {PhoneView} view */
function titleOf(view) {
  const { number, state } = view.ticket;
  if (state === "waiting" && view.ahead) return `${number} · ${tCount("shared.ahead", view.ahead)}`;
  return state === "called" ? `${sentence(view)} · ${number}` : `${number} · ${sentence(view)}`;
}
