/** Where another screen of a branch is, in the language of this one. */

import { language } from "../shared/boot.js";

/**
 * @param {string} screen
 * @param {string} branch
 */
export function address(screen, branch) {
  return `/${screen}?${new URLSearchParams({ branch, lang: language() })}`;
}
