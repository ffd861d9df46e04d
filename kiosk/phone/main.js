/** The phone's page: one ticket, followed from its place in the queue to the counter that calls it. */

import { adoptLanguages, boot, language, name, onLanguage, setLanguage, t, tIn } from "/screens/shared/boot.js";
import { clockTime } from "/screens/shared/clock.js";
import { fill, find, say } from "/screens/shared/dom.js";
import { Alerts } from "./alerts.js";
import { showBadge } from "./badge.js";
import { Keys } from "./keys.js";
import { PhoneLine } from "./line.js";
import { hasLink, ownTicketId } from "./own_link.js";
import { askForPush, renewPush } from "./push.js";
import { drawNothing, laterWords, sceneKey, sceneOf, sentence } from "./scene.js";

/** @typedef {import("./types.js").PhoneView} PhoneView */

const TO_COME = ["booked", "waiting", "called", "parked"];
const OVER = ["completed", "cancelled", "abandoned", "expired"];
const NEAR = 2;
const SLOW_MS = 4000;

const root = document.documentElement;
const place = find(".scene");
const later = find(".later");
const alerts = new Alerts(find(".alerts"), { ask: askForPush, renew: renewPush });
const keys = new Keys(find(".keys"), find(".refused"), (view) => line && line.take(view));

/** @type {PhoneLine | null} */
let line = null;
/** @type {import("./scene.js").Scene | null} */
let scene = null;
let drawn = "";
/** @type {PhoneView | null} */
let last = null;
let begunAt = 0;

/** Another ticket's link may be opened in the same tab: nothing of the one before stays on the screen. */
function begin() {
  if (line) line.stop();
  line = null;
  last = null;
  drawn = "";
  begunAt = performance.now();
  const id = ownTicketId();
  boot.token = `ticket.${id}`;
  boot.branch_id = "";
  if (id !== null) line = new PhoneLine(changed);
  changed();
}

function changed() {
  const view = line && line.status !== "refused" ? line.view : null;
  if (view !== null) offerLanguages(view);
  if (view !== null) draw(view);
  root.classList.toggle("is-stale", line !== null && line.status === "stale");
  keys.show(view);
  const toCome = view !== null && TO_COME.includes(view.ticket.state);
  alerts.show(toCome, toCome && view.ticket.state !== "called", language(), view && view.push);
  showBadge(view);
  last = view;
  tick();
}

/**
 * Its owner's language where there is one, else the branch's first; the others stay a touch away.
 * @param {PhoneView} view
 */
function offerLanguages(view) {
  const own = view.branch.languages || []; // a server of the version before does not tell
  adoptLanguages(own.concat(boot.languages.filter((lang) => !own.includes(lang))));
}

/** @param {PhoneView} view */
function draw(view) {
  const key = sceneKey(view);
  if (scene === null || key !== drawn) {
    scene = sceneOf(view);
    fill(place, scene.element);
    if (last === null || last.ticket.state !== view.ticket.state) window.scrollTo(0, 0);
  }
  drawn = key;
  scene.refresh(view);
  const counter = view.ticket.counter;
  setOrDrop("data-class", view.ticket.state === "waiting" ? view.ticket.class : counter && counter.class);
  root.setAttribute("data-state", view.ticket.state);
  later.hidden = laterWords(view) === "";
  say(later, laterWords(view));
  say(find(".spoken"), `${view.ticket.number}: ${sentence(view)}`);
  notice(view);
}

/**
 * @param {string} attribute
 * @param {string | null} value
 */
function setOrDrop(attribute, value) {
  if (value === null) root.removeAttribute(attribute);
  else root.setAttribute(attribute, value);
}

/**
 * What has just happened and must be felt, not only seen. A page that opens on a call tells of it as well.
 * @param {PhoneView} view
 */
function notice(view) {
  const { state, calls } = view.ticket;
  const before = last === null ? null : last.ticket;
  if (state === "called" && (before === null || before.state !== "called" || calls > before.calls)) alerts.call();
  const isNear = state === "waiting" && view.ahead !== null && view.ahead <= NEAR;
  const wasNear = last === null || last.ahead === null || last.ahead <= NEAR;
  if (isNear && !wasNear) alerts.near();
}

/** No ticket to show: the link is wrong, or the network has not yet brought it. */
function drawWithout() {
  const slow = performance.now() - begunAt > SLOW_MS;
  const looking = slow ? "slow" : "looking";
  const broken = hasLink() ? "unknown" : "no_link";
  const what = line !== null && line.status !== "refused" ? looking : broken;
  root.setAttribute("data-state", "none");
  setOrDrop("data-class", null);
  later.hidden = true;
  scene = null;
  if (`${what} ${language()}` === drawn) return;
  drawn = `${what} ${language()}`;
  fill(place, drawNothing(what));
  say(find(".spoken"), t(`phone.${what}`));
}

function tick() {
  if (line === null || line.view === null || line.status === "refused") {
    drawWithout();
    find(".fresh").hidden = true;
    say(find(".masthead__branch"), t("phone.title"));
    say(find(".masthead__time"), "");
    return;
  }
  const { name: branch, time_zone } = line.view.branch;
  // A page that may be closed need not say how fresh it is.
  find(".fresh").hidden = OVER.includes(line.view.ticket.state);
  say(find(".masthead__branch"), name(branch));
  say(find(".masthead__time"), clockTime(line.clock.now(), time_zone));
  const time = clockTime(line.knownAt, time_zone);
  say(find(".fresh__words"), line.status === "stale" ? t("phone.stale", { time }) : t("phone.live"));
}

function drawLanguageKey() {
  const other = boot.languages.find((lang) => lang !== language()) || language();
  const key = find(".masthead__language");
  key.lang = other === "zh" ? "zh-CN" : other;
  key.onclick = () => setLanguage(other);
  say(key, tIn(other, "shared.language"));
}

window.addEventListener("hashchange", begin);
onLanguage(() => {
  drawLanguageKey();
  changed();
});
drawLanguageKey();
begin();
setInterval(tick, 500);
