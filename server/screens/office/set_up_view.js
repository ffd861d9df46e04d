/** The office's view "Set-up": the branch as it is set up; or, where there is none yet, a new one. */

import { el, fill } from "../shared/dom.js";
import { brought } from "./parts.js";
import { inForce, templates } from "./set_up_calls.js";
import { NewBranch } from "./set_up_new.js";
import { SetUpPage } from "./set_up_page.js";

/**
 * @param {HTMLElement} place
 * @param {import("./types.js").Office} office
 * @returns {import("./types.js").Mounted}
 */
export function mount(place, office) {
  const inside = el("div", null);
  fill(place, inside);
  /** @type {SetUpPage | NewBranch | null} */
  let page = null;
  if (office.word === "*") {
    brought(inside, templates, (found) => (page = new NewBranch(inside, office, found.templates)));
  } else {
    brought(
      inside,
      () => inForce(office.word),
      (found) => {
        page = new SetUpPage(inside, office, found);
        page.start();
      },
    );
  }
  return { leave: () => page?.leave() ?? true, translate: () => page?.translate() };
}
