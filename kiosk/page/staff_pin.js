/** Ten large keys for a PIN; what was pressed is shown as dots, and goes to the program alone. */

import { Refused } from "/screens/shared/api.js";
import { t } from "/screens/shared/boot.js";
import { el, say } from "/screens/shared/dom.js";
import { local } from "./program.js";

const LONGEST = 12;

/** @param {(staff: string) => void} entered  given the key for what follows */
export function pinPad(entered) {
  let pin = "";
  const dots = el("p", { class: "pin__dots", "aria-hidden": "true" });
  const said = el("p", { class: "pin__said", role: "status" });
  const show = (/** @type {string} */ now) => {
    pin = now.slice(0, LONGEST);
    say(dots, "●".repeat(pin.length) || "\u00a0");
  };
  const enter = async () => {
    try {
      entered((await local("staff", { body: { pin: pin || " " } })).staff);
    } catch (problem) {
      say(said, problem instanceof Refused ? problem.sentence() : t("shared.unreachable"));
      show("");
    }
  };
  const key = (/** @type {string} */ words, /** @type {() => void} */ act, kind = "") =>
    el("button", { class: `button pin__key ${kind}`, type: "button", "data-key": words, onclick: act }, words);
  const digit = (/** @type {string} */ sign) => key(sign, () => show(pin + sign));
  show("");
  return el(
    "div",
    { class: "pin" },
    el("h2", null, t("kiosk.staff.pin")),
    dots,
    el(
      "div",
      { class: "pin__keys" },
      "123456789".split("").map(digit),
      key(t("kiosk.staff.clear"), () => show(""), "pin__key--word"),
      digit("0"),
      key(t("kiosk.staff.open"), enter, "button--primary pin__key--word"),
    ),
    said,
  );
}
