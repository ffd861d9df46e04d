/** Passkeys of one's own account: which there are, another one, and one less. */

import { question } from "../shared/api.js";
import { t } from "../shared/boot.js";
import { el } from "../shared/dom.js";
import { madePasskey, whyNoPasskeys } from "../staff/passkey.js";
import { asked, button, field, moment, part, textInput } from "./parts.js";

/** @typedef {import("./types.js").Office} Office */
/** @typedef {import("./account_view.js").Account} Account */

/**
 * @param {Account} account
 * @param {Office} office
 * @param {() => Promise<void>} changed
 */
export function passkeyPart(account, office, changed) {
  const rows = account.passkeys.map((key) => {
    const made = el("span", { class: "small" }, t("office.passkey.made", { when: moment(key.made_at, { dateStyle: "medium" }) }));
    return el("li", null, el("div", null, el("strong", null, key.name), made), button(t("office.passkey.remove"), () => remove(key)));
  });
  const why = whyNoPasskeys();
  const list = rows.length > 0 && el("ul", { class: "part__list" }, rows);
  const add = why
    ? el("p", { class: "said said--warn" }, t(`office.passkey.not_${why}`))
    : button(t("office.passkey.add"), () => more(), { shape: "key" });
  return part(t("office.passkey.title"), el("p", { class: "quiet" }, t("office.passkey.about")), list, add);

  async function more() {
    if (!(await addPasskey(office))) return;
    office.toast(t("office.passkey.added"));
    await changed();
  }

  /** @param {{id: string, name: string}} key */
  async function remove(key) {
    const done = await asked({
      title: t("office.passkey.remove_ask", { name: key.name }),
      body: [el("p", null, t("office.passkey.remove_means"))],
      yes: t("office.passkey.remove"),
      bad: true,
      send: () => question("account/passkeys/remove", { id: key.id }),
    });
    if (!done) return;
    office.toast(t("office.passkey.removed"));
    await changed();
  }
}

/**
 * @param {Office} office
 * @returns {Promise<any>}
 */
function addPasskey(office) {
  return asked({
    title: t("office.passkey.add"),
    body: [
      el("p", null, t("office.passkey.how")),
      field(t("office.passkey.name"), textInput("name", { required: true, maxlength: 120 }), t("office.passkey.name_note")),
    ],
    yes: t("office.passkey.go"),
    send: async (data) => {
      const { options } = await question("account/passkeys/begin", {});
      const credential = await madePasskey(options);
      if (!credential) {
        office.toast(t("office.passkey.turned_away"), "refused");
        return false;
      }
      return question("account/passkeys/finish", { credential, name: data.get("name") });
    },
  });
}
