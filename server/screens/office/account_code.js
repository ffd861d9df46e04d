/** The authenticator's code: set up by a square or by typing, shown to work by one code, and switched off again. */

import { question } from "../shared/api.js";
import { t } from "../shared/boot.js";
import { el, fill } from "../shared/dom.js";
import { asked, button, field, shown, textInput, told } from "./parts.js";
import { saveAs } from "./record_lines.js";

/** @typedef {{uri: string, secret: string, qr: string, qr_size: number}} Begun */

const IN_FOURS = /.{1,4}/g;

/** @returns {Promise<boolean>} whether it is set up now */
export async function setUpCode() {
  const begun = await begin();
  if (!begun) return false;
  const typed = begun.secret.match(IN_FOURS)?.join(" ") ?? "";
  const byHand = el("details", { class: "code__typed" }, el("summary", null, t("office.code.by_hand")), el("code", null, typed));
  const steps = el(
    "ol",
    { class: "code__steps" },
    el("li", null, t("office.code.step_app")),
    el("li", null, t("office.code.step_scan"), byHand),
    el("li", null, t("office.code.step_type")),
  );
  const done = await asked({
    title: t("office.account.code_set"),
    body: [el("div", { class: "code" }, square(begun), steps), field(t("office.code.code"), codeInput())],
    yes: t("office.code.confirm"),
    send: (data) => question("account/code/confirm", { code: data.get("code") }),
  });
  if (!done) return false;
  await recoveryShown(done.recovery);
  return true;
}

/** @returns {Promise<boolean>} whether it is off now */
export async function switchOffCode() {
  const done = await asked({
    title: t("office.code.remove_ask"),
    body: [el("p", null, t("office.code.remove_means")), field(t("office.code.code_or_recovery"), codeInput(40))],
    yes: t("office.account.code_remove"),
    bad: true,
    send: (data) => question("account/code/remove", { code: data.get("code") }),
  });
  return done !== null;
}

/** @returns {Promise<Begun | null>} */
async function begin() {
  const said = el("p", { class: "said", role: "alert" });
  const begun = await told(said, () => question("account/code/begin", {}));
  if (!begun) await shown(t("office.account.code_set"), [said]);
  return begun;
}

/** @param {number} [most] */
function codeInput(most = 8) {
  const numbers = most === 8 ? { inputmode: "numeric" } : {};
  const usual = { class: "input code-input", autocomplete: "one-time-code", required: true, maxlength: most };
  return textInput("code", { ...usual, ...numbers });
}

/**
 * Dark on light whatever the page wears, or no telephone reads it.
 * @param {Begun} begun
 */
function square({ qr, qr_size: size }) {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  drawing.setAttribute("class", "code__square");
  drawing.setAttribute("viewBox", `0 0 ${size} ${size}`);
  drawing.setAttribute("role", "img");
  drawing.setAttribute("aria-label", t("office.code.square"));
  drawing.setAttribute("shape-rendering", "crispEdges");
  const dark = document.createElementNS(space, "path");
  dark.setAttribute("d", qr);
  drawing.append(dark);
  return drawing;
}

/** @param {string[]} codes */
function recoveryShown(codes) {
  const list = el("ul", { class: "recovery" }, codes.map((code) => el("li", null, code)));
  const saved = el("p", { class: "said said--good", role: "status" });
  const save = button(t("office.code.recovery_save"), () => {
    saveAs(new Blob([codes.join("\r\n"), "\r\n"], { type: "text/plain" }), "callboard-recovery-codes.txt");
    fill(saved, t("office.code.recovery_saved"));
  }, { shape: "save" });
  const body = [el("p", null, t("office.code.recovery_about")), list, save, saved];
  return shown(t("office.code.recovery"), body, { once: true });
}
