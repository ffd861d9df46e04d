/** A screen whose token is no longer accepted fetches itself anew: nobody stands beside a display with a keyboard. */

import { boot } from "./boot.js";

const ASK_EVERY_MS = 10000;
let askedAt = -Infinity;

/** Asks whether the token is refused, and if so, and if the server can serve the page, loads the page again. */
export async function renewIfRefused() {
  if (performance.now() - askedAt < ASK_EVERY_MS) return;
  askedAt = performance.now();
  try {
    const headers = { Authorization: `Bearer ${boot.token}` };
    const asked = await fetch(`/api/v1/branches/${encodeURIComponent(boot.branch_id)}/waits`, { headers });
    if (asked.status !== 401 && asked.status !== 403) return;
    // A reload that fails would leave the browser's own error page in the hall for good.
    const page = await fetch(location.href, { cache: "no-store" });
    if (page.ok) location.reload();
  } catch (away) {
    // The server is away, which is not a refusal: the socket keeps trying.
  }
}
