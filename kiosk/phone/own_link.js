/** Which ticket this page is for: what follows the # never leaves the phone by itself, and this keeps it so. */

const REMEMBERED = "callboard.ticket";
// Anything else cannot be a ticket's id, and would make a header or a subprotocol that no browser sends.
const POSSIBLE = /^[\w.~-]{1,200}$/;

/**
 * The id in the address; without one, that of the ticket last opened in this tab, so that a reload finds it again.
 * @returns {string | null} null without a link that could be one
 */
export function ownTicketId() {
  const found = location.hash.slice(1);
  if (found === "") return remembered();
  if (!POSSIBLE.test(found)) return null;
  remember(found);
  return found;
}

/** Whether there is any link at all: a broken one and none need different advice. */
export function hasLink() {
  return location.hash.length > 1;
}

function remembered() {
  try {
    const id = sessionStorage.getItem(REMEMBERED);
    return id !== null && POSSIBLE.test(id) ? id : null;
  } catch (refused) {
    return null;
  }
}

/** @param {string} id */
function remember(id) {
  try {
    sessionStorage.setItem(REMEMBERED, id);
  } catch (refused) {
    // Then only the address knows it, which is enough until somebody cuts it off.
  }
}
