/** Keys and speech put together: what is typed, what is said, and the caption of it for who looks on. */

import { boot, t } from "/screens/shared/boot.js";
import { find, say } from "/screens/shared/dom.js";
import { Guide } from "./guide.js";
import { Keys } from "./keys.js";
import { queuesOf, servicesOf } from "./offered.js";
import { speechKeys } from "./program.js";
import { passKeys } from "./reader.js";
import { Speech } from "./speech.js";
import { said } from "./spoken.js";

/** @typedef {import("./spoken.js").Said} Said */

const WARM_AFTER_MS = 20000; // the page first; nobody needs this yet
const WARM_AGAIN_MS = 600000;
const SAID = ["kiosk.", "shared.closed.", "shared.wait_unknown", "shared.no_counter"];
const NEVER_SAID = ["kiosk.staff.", "kiosk.attract.", "kiosk.qr"];

/**
 * @param {import("./guide.js").Page & {intercept: (deed: string) => boolean}} page  `intercept` may answer a key itself
 */
export function openVoice(page) {
  const caption = find(".caption");
  const speech = new Speech((state, words) => {
    caption.hidden = state === "off";
    caption.setAttribute("data-state", state);
    say(caption, state === "mute" ? t("kiosk.speech.none") : words);
  });
  const guide = new Guide(speech, page);
  const keys = speechKeys();
  const always = new URLSearchParams(location.search).get("speech") === "1";
  new Keys(keys, (deed) => page.intercept(deed) || guide.act(deed), passKeys).listen();
  ["pointerdown", "keydown"].forEach((what) => document.addEventListener(what, () => speech.wake()));
  setTimeout(() => keepWarm(speech), WARM_AFTER_MS);
  return {
    get on() {
      return speech.on;
    },
    begin: () => always && guide.turnOn(),
    toggle: () => guide.act("speech"),
    arrive: () => guide.arrive(),
    remark: (/** @type {Said[]} */ words) => speech.after(words),
    /** Names that the branch has changed are said as they are now. */
    learnAnew: () => speech.clips.forget(),
    insist: (/** @type {Said[]} */ words) => speech.remark(words),
    /** The next customer did not ask for it; a plug that is still in its socket did, and so did who set it up so. */
    over: () => (always || keys.on !== keys.off ? speech.calm() : guide.turnOff([said("kiosk.speech.goodbye")])),
  };
}

/** @param {Speech} speech */
async function keepWarm(speech) {
  await speech.clips.warm(whatMayBeSaid());
  setTimeout(() => keepWarm(speech), WARM_AGAIN_MS);
}

/**
 * Every sentence without gaps, the names of this branch's services, and what numbers are spelt with.
 * @returns {Said[]}
 */
function whatMayBeSaid() {
  const { branch } = boot.snapshot;
  const keys = servicesOf(branch)
    .map(({ id }) => `service.${id}`)
    .concat(Object.keys(branch.groups || {}).map((id) => `group.${id}`))
    .concat(queuesOf(branch).map(({ id }) => `letter.${id}`));
  /** @type {Said[]} */
  const found = [];
  for (const lang of boot.languages) {
    const words = boot.words[lang];
    const plain = Object.keys(words).filter((key) => !words[key].includes("{") && isSaid(key));
    keys.concat(plain).forEach((key) => found.push(said(key, {}, lang)));
    for (let n = 0; n < 10; n += 1) {
      found.push(said("kiosk.speech.digit", { n }, lang), said("kiosk.speech.key", { n }, lang));
      found.push(said("kiosk.speech.items", { n }, lang));
    }
  }
  return found;
}

/** @param {string} key */
function isSaid(key) {
  const isHere = SAID.some((prefix) => key.startsWith(prefix));
  return isHere && !NEVER_SAID.some((other) => key.startsWith(other));
}
