/** The one table of what a teller can do: which key, when it is allowed, and what it asks of the server. */

import { may } from "../shared/boot.js";
import { isHeldByOther, manages } from "./desk.js";
import { isSeat } from "./seat.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../shared/types.js").TicketState} TicketState */

/**
 * @typedef {"next" | "recall" | "start" | "finish" | "no_show" | "park" | "return" | "transfer" | "resume"
 *   | "again" | "open" | "pause" | "close" | "counters" | "switch" | "lock"} MoveId
 *
 * @typedef {Object} Move
 * @property {MoveId} id
 * @property {string} letter  the key; the next key has more than one (see `moveOf`)
 * @property {(desk: Desk) => boolean} allowed
 */

/** @type {TicketState[]} */
const CALLED = ["called"];
/** @type {TicketState[]} */
const AT_COUNTER = ["called", "serving"];

/** @type {readonly Move[]} */
export const MOVES = [
  { id: "next", letter: "N", allowed: (desk) => desk.mine && desk.counter.status === "open" },
  { id: "recall", letter: "R", allowed: from(CALLED) },
  { id: "start", letter: "S", allowed: from(CALLED) },
  { id: "finish", letter: "F", allowed: from(AT_COUNTER) },
  { id: "no_show", letter: "M", allowed: from(CALLED) },
  { id: "park", letter: "P", allowed: from(AT_COUNTER) },
  { id: "return", letter: "B", allowed: from(AT_COUNTER) },
  { id: "transfer", letter: "T", allowed: from(AT_COUNTER) },
  { id: "resume", letter: "E", allowed: (desk) => desk.mine && !desk.current && desk.parked.length > 0 },
  { id: "again", letter: "A", allowed: (desk) => desk.mine && desk.missed.length > 0 },
  { id: "open", letter: "O", allowed: mayOpen },
  { id: "pause", letter: "Z", allowed: (desk) => desk.mine && desk.counter.status === "open" },
  { id: "close", letter: "C", allowed: (desk) => desk.mine && !desk.current },
  { id: "counters", letter: "K", allowed: () => true },
  { id: "switch", letter: "W", allowed: isSeat },
  { id: "lock", letter: "L", allowed: isSeat },
];

/** @type {Partial<Record<MoveId, string>>} where the server's table has another word for it */
const OPERATIONS = { next: "call_next", again: "return", switch: "switch_teller", lock: "switch_teller" };

/**
 * Whether such a person has this key at all.
 * @param {MoveId} id
 */
export function isOffered(id) {
  if (id === "counters") return true;
  return id === "switch" || id === "lock" ? isSeat() : may(OPERATIONS[id] ?? id);
}

/**
 * The move a pressed key stands for.
 * @param {KeyboardEvent} event
 * @returns {Move | undefined}
 */
export function moveOf(event) {
  if (event.key === " " || event.key === "Enter") return MOVES[0];
  // With a Chinese input method on, `key` is "Process"; `code` still tells which key it was.
  const letter = event.key.length === 1 ? event.key.toUpperCase() : event.code.replace("Key", "");
  return MOVES.find((move) => move.letter === letter);
}

/** @param {MoveId} id */
export function move(id) {
  const found = MOVES.find((candidate) => candidate.id === id);
  if (!found) throw new Error(`There is no move ${id}`);
  return found;
}

/**
 * The command for a move on the customer at the counter, or on the counter itself.
 * @param {MoveId} id
 * @param {Desk} desk
 * @returns {string} path below /api/v1/
 */
export function pathOf(id, desk) {
  const counter = `counters/${encodeURIComponent(desk.counter.id)}`;
  if (id === "next") return `${counter}/call-next`;
  if (id === "open" || id === "pause" || id === "close") return `${counter}/${id}`;
  if (!desk.current) throw new Error(`${id} needs a customer at the counter`);
  return ticketPath(desk.current.id, id === "no_show" ? "no-show" : id);
}

/**
 * @param {string} ticketId
 * @param {string} what
 */
export function ticketPath(ticketId, what) {
  return `tickets/${encodeURIComponent(ticketId)}/${what}`;
}

/**
 * @param {TicketState[]} states
 * @returns {(desk: Desk) => boolean}
 */
function from(states) {
  return (desk) => desk.mine && desk.current !== null && states.includes(desk.current.state);
}

/** @param {Desk} desk */
function mayOpen(desk) {
  if (isHeldByOther(desk.counter)) return manages();
  return desk.counter.status !== "open";
}
