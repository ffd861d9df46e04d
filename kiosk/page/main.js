/** The kiosk's page: keeps the hall, draws the customer's step, and clears up after whoever walks away. */

import { boot, name, onLanguage, t, translate } from "/screens/shared/boot.js";
import { clockTime, isOpen } from "/screens/shared/clock.js";
import { fill, find, say } from "/screens/shared/dom.js";
import { LiveHall } from "/screens/shared/live.js";
import { Offers } from "/screens/shared/offers.js";
import { drawComfort } from "./comfort.js";
import { Kiosk } from "./kiosk.js";
import { drawFailed, drawIssuing, drawReturned } from "./outcome.js";
import { Patience } from "./patience.js";
import { drawReview } from "./review.js";
import { drawStart } from "./start.js";
import { drawTicket } from "./ticket.js";
import { begun } from "./visit.js";

/** @typedef {{element: HTMLElement, refresh: () => void}} Drawing  a step, and how to bring its figures up to date */

const DRAWINGS = {
  start: drawStart,
  review: drawReview,
  issuing: drawIssuing,
  ticket: drawTicket,
  returned: drawReturned,
  failed: drawFailed,
};
const CHOOSING = { quiet: 40, warning: 20 };
const READING = { quiet: 0, warning: 30 };

const stage = find(".stage");
const foot = find(".comfort");
const dialog = find(".still-there");
const live = new LiveHall().start();
const offers = new Offers(live).start();
const kiosk = new Kiosk(live, offers, draw);
const patience = new Patience(warn, () => kiosk.startAgain());
/** @type {Drawing} */
let drawing;
let drawnStep = "";

function draw() {
  const { step } = kiosk.visit;
  drawing = DRAWINGS[step](kiosk);
  fill(stage, drawing.element);
  stage.setAttribute("data-step", step);
  drawFrame();
  const quiet = step === "ticket" || step === "returned" || step === "failed" ? READING : CHOOSING;
  patience.wait(begun(kiosk.visit) && step !== "issuing" ? quiet : null);
  if (step !== drawnStep) arrive();
  drawnStep = step;
}

/** Readers of the screen hear where they are; everyone begins at the top. */
function arrive() {
  window.scrollTo(0, 0);
  const title = stage.querySelector("h1");
  if (title && drawnStep !== "") title.focus({ preventScroll: true });
}

function drawFrame() {
  drawComfort(foot);
  translate(dialog);
  say(find(".masthead__branch"), name(boot.snapshot.branch.name));
  tick();
}

let wasOpen = isOpen(kiosk.branch, live.clock.now());

function tick() {
  const now = live.clock.now();
  say(find(".masthead__time"), clockTime(now, kiosk.branch.time_zone));
  const away = find(".away");
  away.hidden = live.status !== "stale" || offers.known;
  say(away, away.hidden ? "" : t("kiosk.away"));
  drawing.refresh();
  const turned = isOpen(kiosk.branch, now) !== wasOpen;
  wasOpen = isOpen(kiosk.branch, now);
  if (turned && kiosk.visit.step === "start") draw();
}

/**
 * While choosing, a dialog; beside a number that is being read, a line in the key that leads on.
 * @param {number | null} left
 */
function warn(left) {
  const reading = ["ticket", "returned", "failed"].includes(kiosk.visit.step);
  const wasHidden = dialog.hidden;
  dialog.hidden = left === null || reading;
  if (left === null) return;
  if (reading) {
    say(find(".returning", stage), t("kiosk.returning", { n: left }));
    return;
  }
  say(find(".still-there__note"), t("kiosk.still_there_note", { n: left }));
  if (wasHidden) find(".button--primary", dialog).focus();
}

/** Any touch says that the customer is there; a warning is answered with a click, or its key would slip away. */
function heard() {
  if (dialog.hidden && kiosk.visit.step !== "issuing") patience.stay();
}

document.addEventListener("pointerdown", heard);
document.addEventListener("keydown", heard);
dialog.onclick = () => patience.stay();
find(".button:last-child", dialog).onclick = () => kiosk.startAgain();
offers.onChange(() => drawing.refresh());
live.onChange(() => drawing.refresh());
live.onStatus(tick);
onLanguage(draw);
draw();
setInterval(tick, 500);
