/** The kiosk's page: keeps the hall, draws the customer's step, and clears up after whoever walks away. */

import { boot, name, onLanguage, t, translate } from "/screens/shared/boot.js";
import { clockTime, isOpen } from "/screens/shared/clock.js";
import { fill, find, say } from "/screens/shared/dom.js";
import { closedBecause, localTime } from "/screens/shared/hours.js";
import { LiveHall } from "/screens/shared/live.js";
import { Offers } from "/screens/shared/offers.js";
import { Attract } from "./attract.js";
import { drawComfort } from "./comfort.js";
import { drawGroup } from "./group.js";
import { Kiosk } from "./kiosk.js";
import { servicesOf } from "./offered.js";
import { drawFailed, drawIssuing, drawReturned } from "./outcome.js";
import { Patience } from "./patience.js";
import { program } from "./program.js";
import { waitForCards } from "./reader.js";
import { drawReview } from "./review.js";
import { said } from "./spoken.js";
import { staffCorner } from "./staff.js";
import { drawStart } from "./start.js";
import { drawTicket } from "./ticket.js";
import { begun } from "./visit.js";
import { openVoice } from "./voice.js";

/**
 * A step, how to bring its figures up to date, what is said to who cannot see it, and how it takes less room.
 * @typedef {{element: HTMLElement, refresh: () => void, spoken: () => import("./spoken.js").Said[], fewer?: () => boolean}} Drawing
 */

const DRAWINGS = {
  start: drawStart,
  group: drawGroup,
  review: drawReview,
  issuing: drawIssuing,
  ticket: drawTicket,
  returned: drawReturned,
  failed: drawFailed,
};
const OPEN = "open";
const CHOOSING = { quiet: 40, warning: 20 };
const READING = { quiet: 15, warning: 30 };
const LISTENING = { quiet: 90, warning: 40 };

const stage = find(".stage");
const foot = find(".comfort");
const dialog = find(".still-there");
const covers = [find(".staff"), find(".attract"), dialog];
const live = new LiveHall().start();
const offers = new Offers(live).start();
/** @type {Drawing} */
let drawing;
let drawn = "";
let warned = false;
const voice = openVoice({ scope, step: () => drawing.spoken(), home, redraw: drawFrame, intercept });
const kiosk = new Kiosk(live, offers, draw, voice);
const attract = new Attract(kiosk, () => voice.arrive());
const patience = new Patience(warn, () => kiosk.startAgain());

/** What keys can reach: what covers the page, or the step and then the keys at the foot. */
function scope() {
  const cover = covers.find((one) => !one.hidden);
  return cover ? [cover] : [stage, foot];
}

function draw() {
  const { step } = kiosk.visit;
  drawing = DRAWINGS[step](kiosk);
  keepFocus(stage, () => fill(stage, drawing.element));
  stage.setAttribute("data-step", step);
  drawFrame();
  keepFocus(stage, makeFit);
  patience.wait(begun(kiosk.visit) && step !== "issuing" ? limits() : null);
  const { services, card, group, page, changed } = kiosk.visit;
  const now = [step, services.join(), card, group, page, changed].join(" ");
  if (drawn !== "" && drawn !== now) arrive(step !== drawn.split(" ")[0]);
  drawn = now;
}

/** What does not fit in the screen's height is put on pages: keys that nobody sees are pressed by nobody. */
function makeFit() {
  const root = document.documentElement;
  while (drawing.fewer && root.scrollHeight > window.innerHeight && drawing.fewer());
}

/** Who listens needs longer than who reads. */
function limits() {
  if (voice.on) return LISTENING;
  return isReading() ? READING : CHOOSING;
}

function isReading() {
  return ["ticket", "returned", "failed"].includes(kiosk.visit.step);
}

/**
 * Readers of the screen hear where they are; everyone begins at the top.
 * @param {boolean} anew
 */
function arrive(anew) {
  if (anew) window.scrollTo(0, 0);
  const title = stage.querySelector("h1");
  if (title) title.focus({ preventScroll: true });
  voice.arrive();
}

/**
 * What is drawn anew in the same place keeps the focus in the same place: keys go on from where they were.
 * @param {HTMLElement} part
 * @param {() => void} redraw
 */
function keepFocus(part, redraw) {
  const at = Array.from(part.querySelectorAll("button")).findIndex((key) => key === document.activeElement);
  redraw();
  const key = part.querySelectorAll("button")[at];
  if (key) key.focus({ preventScroll: true });
}

function drawFrame() {
  keepFocus(foot, () => drawComfort(foot, voice));
  translate(dialog);
  say(find(".masthead__branch"), name(kiosk.branch.name));
  tick();
}

let doorsWere = doors();

/** What the start says of the doors: closed, it must not say "tomorrow" after midnight. */
function doors() {
  const now = live.clock.now();
  if (isOpen(kiosk.branch, now)) return OPEN;
  return localTime(now, kiosk.branch.time_zone).day + closedBecause(kiosk.branch, now);
}

function tick() {
  const now = live.clock.now();
  say(find(".masthead__time"), clockTime(now, kiosk.branch.time_zone));
  const away = find(".away");
  // A number given meanwhile says so itself.
  const wasAway = away.hidden;
  away.hidden = live.status !== "stale" || offers.known || kiosk.visit.offline;
  say(away, away.hidden ? "" : t(program ? "kiosk.away_own" : "kiosk.away"));
  drawing.refresh();
  if (wasAway !== away.hidden) keepFocus(stage, makeFit);
  const turned = doors() !== doorsWere;
  doorsWere = doors();
  if (turned && kiosk.visit.step === "start") draw();
  attract.tick(doorsWere === OPEN && !voice.on && !begun(kiosk.visit) && covers[0].hidden && hasServices());
}

/** The branch was set up anew, perhaps while somebody stands here. */
function follow() {
  voice.learnAnew();
  attract.wake();
  kiosk.follow();
}

function hasServices() {
  return servicesOf(kiosk.branch).length > 0;
}

/**
 * While choosing, a dialog; beside a number that is being read, a line in the key that leads on.
 * @param {number | null} left
 */
function warn(left) {
  const wasHidden = dialog.hidden;
  const begins = left !== null && !warned;
  warned = left !== null;
  dialog.hidden = left === null || isReading();
  if (left === null) {
    const line = stage.querySelector(".returning");
    if (line) say(line, "");
    return;
  }
  if (isReading()) say(find(".returning", stage), t("kiosk.returning", { n: left }));
  else say(find(".still-there__note"), t("kiosk.still_there_note", { n: left }));
  if (wasHidden && !dialog.hidden) find(".button--primary", dialog).focus();
  // After the focus: what is said of its key must not cut this off.
  if (begins) voice.insist([said("kiosk.speech.still_there", { n: left })]);
}

function home() {
  if (begun(kiosk.visit)) kiosk.startAgain();
}

/**
 * A key that wakes the screen, or says that its owner is still there, does nothing else.
 * @param {string} deed
 */
function intercept(deed) {
  const asleep = attract.shown;
  attract.wake();
  const asked = !dialog.hidden && voice.on;
  if (asked) patience.stay();
  return (asleep || asked) && !deed.startsWith("speech");
}

/** Any touch says that the customer is there; a warning is answered with a click, or its key would slip away. */
function heard() {
  if (!attract.shown) attract.stay();
  if (dialog.hidden && kiosk.visit.step !== "issuing") patience.stay();
}

document.addEventListener("pointerdown", heard);
document.addEventListener("keydown", heard);
dialog.onclick = () => patience.stay();
find(".button:last-child", dialog).onclick = () => kiosk.startAgain();
offers.onChange(() => drawing.refresh());
live.onChange((hall) => {
  const known = boot.snapshot.branch;
  boot.snapshot.branch = hall.branch;
  if (hall.branch !== known && JSON.stringify(hall.branch) !== JSON.stringify(known)) follow();
  drawing.refresh();
});
live.onStatus(tick);
onLanguage(() => {
  draw();
  voice.arrive();
});
draw();
setInterval(tick, 500);
staffCorner(kiosk);
waitForCards((segment) => {
  attract.wake();
  kiosk.recognise(segment);
});
voice.begin();
