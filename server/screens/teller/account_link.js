/** The way to one's own account, where one signs out too: whoever came by a badge has none to open from here. */

import { boot, language, t } from "../shared/boot.js";
import { el, fill } from "../shared/dom.js";
import { icon } from "../shared/icons.js";

export class AccountLink {
  constructor() {
    this.element = el("a", { class: "bar__account", hidden: true });
  }

  draw() {
    this.element.hidden = !boot.signed_in || !(boot.may || []).includes("own_account");
    this.element.href = `/office?${new URLSearchParams({ branch: boot.branch_id, lang: language() })}#account`;
    this.element.title = t("teller.account");
    this.element.setAttribute("aria-label", `${boot.actor.name}, ${t("teller.account")}`);
    fill(this.element, icon("people"), el("span", null, boot.actor.name));
  }
}
