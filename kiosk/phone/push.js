/** Messages to a phone whose page is closed: only over https, and where the branch has set it up. */

import { newKey } from "/screens/shared/api.js";
import { boot, language } from "/screens/shared/boot.js";

const WORKER = "/phone/worker.js";
const SCOPE = "/phone/";

/**
 * Asks the phone's owner, and tells the server where to send.
 * @param {string} key  the server's public key, base64url
 * @returns {Promise<boolean>} whether messages will come
 */
export async function askForPush(key) {
  if (!isPossible() || (await Notification.requestPermission()) !== "granted") return false;
  return subscribe(key);
}

/**
 * What was allowed before needs no second press: the server forgets its phones when it is started anew.
 * @param {string} key
 * @returns {Promise<boolean>}
 */
export async function renewPush(key) {
  if (!isPossible() || Notification.permission !== "granted") return false;
  return subscribe(key);
}

function isPossible() {
  return "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
}

/** @param {string} key */
async function subscribe(key) {
  try {
    await navigator.serviceWorker.register(WORKER, { scope: SCOPE });
    const { pushManager } = await navigator.serviceWorker.ready;
    const wanted = bytesOf(key);
    const kept = await pushManager.getSubscription();
    if (kept !== null && !isFor(kept, wanted)) await kept.unsubscribe();
    // The one there is, or a new one.
    return await tell(await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: wanted }));
  } catch (refused) {
    return false; // the page rings and vibrates all the same
  }
}

/**
 * A subscription made for another server's key would be refused for ever.
 * @param {PushSubscription} kept
 * @param {Uint8Array} wanted
 */
function isFor(kept, wanted) {
  const key = kept.options && kept.options.applicationServerKey;
  return !key || String(new Uint8Array(key)) === String(wanted);
}

/** @param {PushSubscription} subscription */
async function tell(subscription) {
  const { endpoint, keys } = subscription.toJSON();
  const headers = {
    Authorization: `Bearer ${boot.token}`,
    "Accept-Language": language(),
    "Content-Type": "application/json",
    "Idempotency-Key": newKey(),
  };
  const body = JSON.stringify({ endpoint, keys });
  const answer = await fetch("/api/v1/phone/push", { method: "POST", headers, body });
  return answer.ok && (await answer.json()).told;
}

/** @param {string} base64url */
function bytesOf(base64url) {
  const base64 = base64url.replace(/-/g, "+").replace(/_/g, "/");
  const text = atob(base64.padEnd(Math.ceil(base64.length / 4) * 4, "="));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
