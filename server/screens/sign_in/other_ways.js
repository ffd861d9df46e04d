/** Ways in beside the password: a passkey of this device, and the bank's own sign-in where it is set up. */

import { question } from "../shared/api.js";
import { boot, language, t } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { icon } from "../shared/icons.js";
import { askedPasskey, whyNoPasskeys } from "../staff/passkey.js";

/**
 * @param {string} to  the screen that they came for
 * @param {boolean} busy
 * @param {() => Promise<void>} enter
 */
export function otherWays(to, busy, enter) {
  const { outside } = /** @type {typeof boot & {outside?: string | null}} */ (boot);
  const passkey = !whyNoPasskeys() && el("button", { class: "button", type: "button", disabled: busy }, icon("key"), t("sign_in.passkey"));
  if (passkey) passkey.onclick = enter;
  const query = new URLSearchParams({ lang: language(), ...(to && { to }) });
  const link = outside && el("a", { class: "button", href: `/api/v1/sign-in/outside?${query}` }, t("sign_in.outside", { name: outside }));
  if (!passkey && !link) return el("div", null);
  return el("div", { class: "ways" }, el("p", { class: "ways__or" }, t("sign_in.or")), passkey, link);
}

/** @returns {Promise<any>} who has signed in; null: they have turned away */
export async function passkeyAnswer() {
  const { options } = await question("sign-in/passkey/begin", {});
  const credential = await askedPasskey(options);
  return credential && question("sign-in/passkey/finish", { credential });
}
