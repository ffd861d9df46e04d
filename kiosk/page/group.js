/** The services behind one of the first choices, and the way back to all of them. */

import { name, t } from "/screens/shared/boot.js";
import { el } from "/screens/shared/dom.js";
import { icon } from "/screens/shared/icons.js";
import { Choices } from "./choices.js";
import { behind } from "./offered.js";
import { said, says } from "./spoken.js";

/**
 * @param {import("./kiosk.js").Kiosk} kiosk
 * @returns {import("./main.js").Drawing}
 */
export function drawGroup(kiosk) {
  const { group, services } = kiosk.visit;
  const found = (kiosk.branch.groups || {})[group || ""];
  const choices = new Choices(kiosk, behind(kiosk.branch, group, services).map((service) => ({ service })));
  const back = el(
    "button",
    { class: "button back", type: "button", onclick: () => kiosk.show({ step: "start", group: null, page: 0 }) },
    icon("back"),
    el("span", null, t("kiosk.group.back")),
  );
  const element = el(
    "section",
    { class: "start start--group" },
    el("h1", { class: "stage__title", tabindex: "-1" }, name(found && found.name)),
    choices.element,
    says(back, () => [said("kiosk.group.back")]),
  );
  return {
    element,
    refresh: () => choices.refresh(),
    fewer: () => choices.fewer(),
    spoken: () => [said(`group.${group}`)].concat(choices.spoken()),
  };
}
