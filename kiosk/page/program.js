/** What the page finds beside it on the device, where a program serves it: a reader, a printer, a corner for staff. */

import { Refused } from "/screens/shared/api.js";
import { boot } from "/screens/shared/boot.js";

/** @typedef {{reader: boolean, staff: boolean, speech_key: string}} Program */

const SPEECH_KEY = "F12";

/** @type {Program | null} null: the server serves this page, and nothing is known of the device */
export const program = /** @type {any} */ (boot).program || null;

/** The keys that turn spoken guidance on and off: one for both, or one each as a headphone's plug sends them. */
export function speechKeys() {
  const asked = new URLSearchParams(location.search).get("speech_key");
  const [on, off] = (asked || (program && program.speech_key) || SPEECH_KEY).split(":");
  return { on, off: off || on };
}

/**
 * A question to the program.
 * @param {string} path  below /local/
 * @param {{body?: Record<string, any>, staff?: string}} [options]  with a body it is a command
 * @returns {Promise<any>} the answer; throws Refused, or an Error where nothing answers
 */
export async function local(path, options = {}) {
  const { body, staff } = options;
  /** @type {Record<string, string>} */
  const headers = {};
  if (body) headers["Content-Type"] = "application/json";
  if (staff) headers["Callboard-Staff"] = staff;
  const request = body ? { method: "POST", headers, body: JSON.stringify(body) } : { headers };
  const answer = await fetch(`/local/${path}`, request);
  const told = await answer.json();
  if (!answer.ok) throw new Refused(answer.status, told);
  return told;
}
