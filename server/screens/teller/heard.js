/** Whether the lobby has heard the call: said beside the number, once a display has told of itself today. */

import { current } from "../shared/hall_state.js";

/** @typedef {import("../shared/hall_state.js").HallState} HallState */
/** @typedef {import("../shared/types.js").Ticket} Ticket */

// A display tells of a call within seconds; in a burst the calls before it are spoken first.
const PATIENCE_S = 20;

/**
 * "made", "failed" or "late"; null while nothing is to be said.
 * @param {HallState} hall
 * @param {string} counterId
 * @param {import("../shared/clock.js").ServerClock} clock
 * @returns {"made" | "failed" | "late" | null}
 */
export function heardAt(hall, counterId, clock) {
  const ticket = current(hall, counterId);
  if (!ticket || ticket.state !== "called") return null;
  const told = hall.announcements.get(ticket.id);
  if (told) return told.outcome === "made" ? "made" : "failed";
  return isExpected(hall) && clock.since(lastCall(hall, ticket)) > PATIENCE_S ? "late" : null;
}

/** @param {HallState} hall */
function isExpected(hall) {
  return Array.from(hall.devices.values()).some((device) => device.kind === "display");
}

/**
 * @param {HallState} hall
 * @param {Ticket} ticket
 */
function lastCall(hall, ticket) {
  const call = hall.recent_calls.find((one) => one.number === ticket.number);
  return call ? call.at : ticket.called_at || ticket.arrived_at;
}
