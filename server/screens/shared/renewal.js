/** A screen whose token is no longer accepted fetches itself anew: nobody stands beside a display with a keyboard. */

import { boot } from "./boot.js";

const ASK_EVERY_MS = 10000;
let askedAt = -Infinity;
let refused = false;

/**
 * Asks whether the token is refused; if so, and if the server gives this browser the page again, loads it.
 * @returns {Promise<boolean>} whether this screen is shut out until somebody connects it again
 */
export async function renewIfRefused() {
  if (performance.now() - askedAt < ASK_EVERY_MS) return refused;
  askedAt = performance.now();
  try {
    const headers = { Authorization: `Bearer ${boot.token}` };
    const asked = await fetch(`/api/v1/branches/${encodeURIComponent(boot.branch_id)}/waits`, { headers });
    refused = asked.status === 401 || asked.status === 403;
    if (refused) await loadAnew();
  } catch (away) {
    // The server is away, which is not a refusal: the socket keeps trying.
  }
  return refused;
}

/** A reload that fails would leave the browser's own error page in the hall for good: the page is asked for first. */
async function loadAnew() {
  const page = await fetch(location.href, { cache: "no-store" });
  if (page.ok) location.reload();
}
