/** A screen whose token is no longer accepted fetches itself anew, or the page on which it is connected again. */

import { boot } from "./boot.js";

const ASK_EVERY_MS = 10000;
let askedAt = -Infinity;
let refused = false;

/**
 * Asks whether the token is refused; if so, loads what the server has for this browser now: nobody stands beside a
 * display with a keyboard.
 * @param {boolean} [atOnce]  there is a reason to ask now, however lately it was asked
 * @returns {Promise<boolean>} whether this screen is shut out until somebody connects it again
 */
export async function renewIfRefused(atOnce = false) {
  if (!atOnce && performance.now() - askedAt < ASK_EVERY_MS) return refused;
  askedAt = performance.now();
  try {
    const word = boot.token;
    const headers = { Authorization: `Bearer ${word}` };
    const asked = await fetch(`/api/v1/branches/${encodeURIComponent(boot.branch_id)}/waits`, { headers });
    // Somebody else may have sat down meanwhile: what was refused is not what the page says now.
    refused = word === boot.token && (asked.status === 401 || asked.status === 403);
    if (refused) await loadAnew();
  } catch (away) {
    // The server is away, which is not a refusal: the socket keeps trying.
  }
  return refused;
}

/**
 * A reload that fails would leave the browser's own error page in the hall for good: the page is asked for first. With
 * 401 comes the page that shows a code.
 */
async function loadAnew() {
  const page = await fetch(location.href, { cache: "no-store" });
  if (page.ok || page.status === 401) location.reload();
}
