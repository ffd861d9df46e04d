/** What stands beside every view of the office: the branch, the views this person may see, and who they are. */

import { question, Refused } from "../shared/api.js";
import { language, name, t } from "../shared/boot.js";
import { el, fill } from "../shared/dom.js";
import { icon } from "../shared/icons.js";
import { languageKeys } from "../staff/language_keys.js";

/** @typedef {import("./types.js").Office} Office */
/** @typedef {import("./types.js").ViewKey} ViewKey */

/** @type {Record<ViewKey, {needs: string, shape: import("../shared/icons.js").Shape}>} */
const VIEWS = {
  set_up: { needs: "see_set_up", shape: "sliders" },
  people: { needs: "see_people", shape: "staff" },
  devices: { needs: "see_devices", shape: "self_service" },
  audit: { needs: "see_audit", shape: "records" },
  customers: { needs: "find_person", shape: "card" },
  account: { needs: "own_account", shape: "people" },
};
const EVERY_BRANCH = "*";

/**
 * @param {Office} office
 * @returns {ViewKey[]} a view that this person may not use is not there at all
 */
export function allowedViews(office) {
  const keys = /** @type {ViewKey[]} */ (Object.keys(VIEWS));
  const here = keys.filter((key) => office.may.has(VIEWS[key].needs));
  const everywhere = /** @type {ViewKey[]} */ (["set_up", "audit", "account"]);
  const shown = office.word === EVERY_BRANCH ? here.filter((key) => everywhere.includes(key)) : here;
  return office.boot.signed_in ? shown : shown.filter((key) => key !== "account");
}

export class Side {
  /**
   * @param {Office} office
   * @param {ViewKey[]} views
   */
  constructor(office, views) {
    this._office = office;
    this._views = views;
    this.element = el("nav", { class: "side" });
  }

  /** @param {ViewKey | null} shown */
  draw(shown) {
    const held = this.element.contains(document.activeElement) ? document.activeElement?.getAttribute("data-key") : null;
    this.element.setAttribute("aria-label", t("office.title"));
    const links = this._views.map((view) => viewLink(view, view === shown, this._office.word));
    fill(this.element, this._branch(), el("ul", { class: "side__views" }, links), this._foot());
    const again = held && this.element.querySelector(`[data-key="${held}"]`);
    if (again instanceof HTMLElement) again.focus();
  }

  /** Its name; and where there are several, the choice between them. */
  _branch() {
    const { boot, word, may } = this._office;
    const mark = el("p", { class: "side__mark" }, el("img", { src: "/screens/shared/mark.svg", alt: "" }), "Callboard");
    const known = boot.branches.map((one) => ({ id: one.id, label: name(one.name) }));
    if (may.has("make_branch")) known.push({ id: EVERY_BRANCH, label: t("office.every_branch") });
    const here = known.find((one) => one.id === word)?.label ?? word;
    if (known.length < 2) return el("div", { class: "side__branch" }, mark, el("p", { class: "side__name" }, here));
    const options = known.map(({ id, label }) => el("option", { value: id, selected: id === word }, label));
    const select = el("select", { class: "side__choice", "data-key": "branch", "aria-label": t("office.branch") }, options);
    select.onchange = () => location.assign(address("office", select.value));
    return el("div", { class: "side__branch" }, mark, select);
  }

  _foot() {
    const { boot, word, may } = this._office;
    const here = word !== EVERY_BRANCH;
    const hall = here && may.has("screen_manager");
    const counter = here && !hall && may.has("screen_teller");
    return el(
      "div",
      { class: "side__foot" },
      hall && el("a", { class: "side__link", href: address("manager", word) }, icon("back"), t("office.to_hall")),
      counter && el("a", { class: "side__link", href: address("teller", word) }, icon("back"), t("office.to_counter")),
      el("p", { class: "side__who" }, icon("people"), el("span", null, boot.actor.name, this._role())),
      el("div", { class: "side__keys" }, boot.signed_in && this._signOut(), languageKeys()),
    );
  }

  _role() {
    return el("span", { class: "side__role" }, t(`office.role.${this._office.boot.actor.kind}`));
  }

  _signOut() {
    const key = el("button", { class: "button button--quiet", type: "button", "data-key": "out" }, t("office.sign_out"));
    key.onclick = async () => {
      try {
        await question("sign-out", {});
        location.assign(`/sign-in?lang=${language()}`);
      } catch (problem) {
        if (!(problem instanceof Refused)) throw problem;
        this._office.toast(problem.sentence(), "refused");
      }
    };
    return key;
  }
}

/**
 * @param {ViewKey} view
 * @param {string} branch
 */
export function viewName(view, branch) {
  return t(view === "set_up" && branch === EVERY_BRANCH ? "office.new_branch" : `office.view.${view}`);
}

/**
 * @param {ViewKey} view
 * @param {boolean} shown
 * @param {string} branch
 */
function viewLink(view, shown, branch) {
  const attributes = { class: "side__link", href: `#${view}`, "data-key": view, "aria-current": shown && "page" };
  return el("li", null, el("a", attributes, icon(VIEWS[view].shape), viewName(view, branch)));
}

/**
 * The same language there as here.
 * @param {string} screen
 * @param {string} branch
 */
function address(screen, branch) {
  return `/${screen}?${new URLSearchParams({ branch, lang: language() })}`;
}
