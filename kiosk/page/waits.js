/** How many people are ahead and how long it takes, as the kiosk shows it beside a choice. */

import { language, t, tCount, tIn } from "/screens/shared/boot.js";
import { el, say } from "/screens/shared/dom.js";
import { waitWords } from "/screens/shared/waits.js";

/** @typedef {import("/screens/shared/types.js").Offer} Offer */

/** @param {Offer | null} offer */
export function waitText(offer) {
  return waitTextIn(language(), offer);
}

/**
 * @param {string} lang
 * @param {Offer | null} offer
 */
export function waitTextIn(lang, offer) {
  if (!offer) return tIn(lang, "shared.wait_unknown");
  if (offer.counters_open === 0) return tIn(lang, "shared.no_counter");
  return waitWords(offer.p50_s, offer.p90_s, lang);
}

/** @param {Offer | null} offer */
export function aheadText(offer) {
  if (!offer) return "";
  return offer.ahead === 0 ? t("shared.ahead_none") : tCount("shared.ahead", offer.ahead);
}

/**
 * A wait that stays true while the customer thinks: `refresh` writes the newest figures without redrawing the keys.
 * @param {() => Offer | null} offerNow
 * @param {() => string} [note]  below the time; how many are ahead where nothing else is said
 */
export function liveWait(offerNow, note = () => aheadText(offerNow())) {
  const wait = el("span", { class: "wait__time" });
  const ahead = el("span", { class: "wait__ahead" });
  const refresh = () => {
    say(wait, waitText(offerNow()));
    say(ahead, note());
  };
  refresh();
  return { element: el("span", { class: "wait" }, wait, ahead), refresh };
}
