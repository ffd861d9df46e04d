/** The demonstration at a glance: the four screens as they live, the speed of the day, the crowd's switch. */

import { boot, language, onLanguage, setLanguage, t, tIn } from "/screens/shared/boot.js";
import { ServerClock, calendarDay, clockTime } from "/screens/shared/clock.js";
import { el, fill, find, say } from "/screens/shared/dom.js";

/**
 * @typedef {{now: string | null, time_zone: string, speed: number, running: boolean}} DemoState
 * @typedef {DemoState & {links: Record<string, string>}} DemoBoot
 */

const start = /** @type {DemoBoot} */ (/** @type {unknown} */ (boot));

/** Each screen is drawn as large as its device is, then made smaller: one sees what stands in the hall. */
const SCREENS = [
  { name: "display", width: 1920, height: 1080 },
  { name: "kiosk", width: 1080, height: 1920 },
  { name: "teller", width: 1366, height: 854 },
  { name: "manager", width: 1366, height: 854 },
];
const SPEEDS = [1, 2, 5, 10, 20, 30, 60, 120, 240];
const LOOK_EVERY_MS = 1000;

const speed = /** @type {HTMLInputElement} */ (find("#speed"));
const crowd = /** @type {HTMLInputElement} */ (find("#crowd"));
/** @type {ServerClock | null} */
let clock = null;
let zone = start.time_zone;
/** The slider belongs to the hand that moves it until the server has heard. */
let choosing = false;

/** @param {{name: string, width: number, height: number}} screen */
function frameOf({ name, width, height }) {
  const frame = el("iframe", { class: "frame__page", "data-screen": name });
  frame.width = String(width);
  frame.height = String(height);
  const box = el("div", { class: "frame__box" }, frame);
  box.style.aspectRatio = `${width} / ${height}`;
  new ResizeObserver(() => {
    frame.style.transform = `scale(${box.clientWidth / width})`;
  }).observe(box);
  const link = el("a", { class: "button frame__open", target: "_blank", rel: "noopener", "data-open": name });
  const words = el("p", null, el("strong", { "data-t": `demo.screen.${name}` }));
  words.append(el("span", { class: "frame__hint", "data-t": `demo.hint.${name}` }));
  const bar = el("div", { class: "frame__bar" }, words, link);
  return el("section", { class: `frame frame--${name}` }, bar, box);
}

/** The address that connects a browser to this screen, in the language of this page. @param {string} name */
function addressOf(name) {
  const address = start.links[name] || "/";
  return `${address}${address.includes("?") ? "&" : "?"}lang=${language()}`;
}

function showLanguage() {
  document.title = `Callboard · ${t("demo.title")}`;
  fill(
    find("#languages"),
    boot.languages.map((lang) =>
      el(
        "button",
        { class: "button button--quiet", type: "button", lang, "aria-pressed": String(lang === language()),
          onclick: () => setLanguage(lang) },
        tIn(lang, "shared.language"),
      ),
    ),
  );
  for (const { name } of SCREENS) {
    const link = /** @type {HTMLAnchorElement} */ (find(`[data-open="${name}"]`));
    say(link, t("demo.open"));
    link.href = addressOf(name);
    link.title = t("demo.open_screen");
    /** @type {HTMLIFrameElement} */ (find(`[data-screen="${name}"]`)).src = addressOf(name);
    find(`[data-screen="${name}"]`).title = t(`demo.screen.${name}`);
  }
  showControls();
}

function showControls() {
  const value = t("demo.speed_value", { speed: SPEEDS[Number(speed.value)] });
  say(find("#speed-value"), value);
  speed.setAttribute("aria-valuetext", value);
  say(find("#crowd-words"), t(crowd.checked ? "demo.crowd_on" : "demo.crowd_off"));
}

/** @param {DemoState} state */
function take(state) {
  zone = state.time_zone;
  if (state.now) {
    if (clock) clock.set(state.now, state.speed);
    else clock = new ServerClock(state.now, state.speed);
  }
  if (!choosing) {
    const distances = SPEEDS.map((known) => Math.abs(Math.log(known / state.speed)));
    speed.value = String(distances.indexOf(Math.min(...distances)));
    crowd.checked = state.running;
  }
  showControls();
}

function tick() {
  if (clock) {
    say(find("#clock"), clockTime(clock.now(), zone));
    say(find("#day"), calendarDay(clock.now(), zone, language()));
  }
  requestAnimationFrame(tick);
}

/**
 * @param {string} path
 * @param {object} [body]
 */
async function ask(path, body) {
  const options = body && {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
  try {
    const answer = await fetch(`/demo/${path}`, options || {});
    find("#lost").hidden = answer.ok;
    if (answer.ok) take(await answer.json());
  } catch (unreachable) {
    find("#lost").hidden = false;
  }
}

/**
 * @param {string} path
 * @param {object} body
 */
async function choose(path, body) {
  choosing = true;
  showControls();
  await ask(path, body);
  choosing = false;
}

find("#wall").prepend(...SCREENS.map(frameOf));
speed.addEventListener("input", () => {
  choosing = true;
  showControls();
});
speed.addEventListener("change", () => choose("speed", { speed: SPEEDS[Number(speed.value)] }));
crowd.addEventListener("change", () => choose("crowd", { running: crowd.checked }));
onLanguage(showLanguage);
setLanguage(language());
for (const element of document.querySelectorAll("[data-t]")) say(element, t(element.getAttribute("data-t") || ""));
showLanguage();
take(start);
tick();
setInterval(() => choosing || ask("state"), LOOK_EVERY_MS);
