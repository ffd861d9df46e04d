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
  // Its answer may come when nobody is here any more: a page begun then would listen to keys for good.
  let left = false;
  if (office.word === "*") {
    brought(inside, templates, (found) => {
      if (!left) page = new NewBranch(inside, office, found.templates);
    });
  } else {
    brought(
      inside,
      () => inForce(office.word),
      (found) => {
        if (left) return;
        page = new SetUpPage(inside, office, found);
        page.start();
      },
    );
  }
  const leave = () => {
    left = page?.leave() ?? true;
    return left;
  };
  return { leave, translate: () => page?.translate() };
}
