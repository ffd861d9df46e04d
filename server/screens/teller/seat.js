/** Who sits at this console: whoever has a badge and a PIN takes it over, and the page goes on as theirs. */

import { branchPath, question } from "../shared/api.js";
import { becomes, boot, may } from "../shared/boot.js";

const LOCKED = "callboard.locked";
const SESSION = "page.";

/** A console that was connected with a token is everybody's who stands there: nobody's session can go over. */
export function isSeat() {
  return boot.token.startsWith(SESSION) && may("switch_teller");
}

/**
 * @param {import("../shared/live.js").LiveHall} live
 * @param {{badge: string, pin: string, closeOther?: boolean}} who
 * @returns {Promise<void>} once the page is theirs; throws Refused
 */
export async function takeSeat(live, { badge, pin, closeOther = false }) {
  live.changing = true;
  try {
    becomes(await question(branchPath("switch"), { badge, pin, close_other: closeOther }));
  } finally {
    live.changing = false;
  }
  unlock();
  // Whoever loads the page again stays in this branch, whatever other branches they belong to.
  const address = new URL(location.href);
  address.searchParams.set("branch", boot.branch_id);
  history.replaceState(null, "", address);
  live.renew();
}

/** Who loads the page again must find it locked; who signs in anew has shown who they are. */
export function isLocked() {
  try {
    return isSeat() && localStorage.getItem(LOCKED) === mark();
  } catch {
    return false;
  }
}

export function lock() {
  try {
    localStorage.setItem(LOCKED, mark());
  } catch {
    // The lock then lasts as long as the page.
  }
}

function unlock() {
  try {
    localStorage.removeItem(LOCKED);
  } catch {
    // There was nothing to forget.
  }
}

/** Of this session, and worth nothing by itself. */
function mark() {
  return boot.token.slice(-8);
}
