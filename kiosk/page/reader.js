/** The reader beside the screen: waits for a card, and tells what it makes of its owner; the card itself stays there. */

import { local, program } from "./program.js";

/** @typedef {import("/screens/shared/types.js").Segment} Segment */

const SEGMENTS = ["ordinary", "priority", "vip"];
const AGAIN_MS = 3000;

/**
 * Waits for cards for as long as the page is open.
 * @param {(segment: Segment | null) => void} held  null: something was read that is no card of this branch
 */
export async function waitForCards(held) {
  if (!program || !program.reader) return;
  let after = 0;
  for (;;) {
    try {
      const told = await local(`card?after=${after}`);
      // The program begins to count anew when it starts; so does the page.
      after = told.number;
      if (told.card && SEGMENTS.includes(told.card.segment)) held(told.card.segment);
      else if (told.unknown) held(null);
    } catch (away) {
      after = 0;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

/**
 * What a reader that is a keyboard has typed. Whether it was a card is told to who waits for one.
 * @param {[string, number][]} keys  each with its time in seconds
 */
export function passKeys(keys) {
  if (program && program.reader) local("keys", { body: { keys } }).catch(() => undefined);
}
