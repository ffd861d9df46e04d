/** From a pressed key to the answer in words: asks what must be asked first, sends, and tells what came of it. */

import { name, t, tCount } from "../shared/boot.js";
import { waiting } from "../shared/hall_state.js";
import { hasSkill, isHeldByOther } from "./desk.js";
import { move, pathOf, ticketPath } from "./moves.js";
import { pick } from "../staff/pick.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./moves.js").MoveId} MoveId */
/** @typedef {import("../shared/types.js").Ticket} Ticket */

/** @typedef {{path: string, body?: Record<string, any>, about?: Ticket, as?: MoveId}} Sending */

const PAUSES = ["lunch", "break", "cash_count", "consult", "fault"];
// Where the large number says it already, a sentence on top is noise.
const SPEAKS_FOR_ITSELF = new Set(["recall", "start", "open", "pause", "close", "resume"]);

export class Doing {
  /**
   * @param {import("./intents.js").Intents} intents
   * @param {ReturnType<typeof import("../staff/toasts.js").toastsIn>} toasts
   * @param {() => Desk | null} desk  as the screen shows it at this moment
   */
  constructor(intents, toasts, desk) {
    this._intents = intents;
    this._toasts = toasts;
    this._desk = desk;
  }

  /** @param {MoveId} id */
  async press(id) {
    const before = this._desk();
    if (!before || !move(id).allowed(before) || !this._intents.isFree(id)) return;
    const sending = await prepared(id, before);
    const now = this._desk();
    // While a question stood open the hall went on: what was meant for one customer must not befall another.
    if (!sending || !now || now.current?.id !== before.current?.id) return;
    await this._send(sending.as ?? id, sending, sending.about ?? before.current);
  }

  /**
   * @param {"resume" | "again"} id
   * @param {Ticket} ticket
   */
  async take(id, ticket) {
    const desk = this._desk();
    if (!desk || !move(id).allowed(desk)) return;
    const sending = taking(id, desk, ticket);
    await this._send(sending.as ?? id, sending, ticket);
  }

  /**
   * @param {MoveId} id
   * @param {Sending} sending
   * @param {Ticket | null} about
   */
  async _send(id, sending, about) {
    const outcome = await this._intents.send(id, sending.path, sending.body);
    if (!outcome) return;
    if (outcome.refused) this._toasts.refuse(outcome.refused);
    else if (!SPEAKS_FOR_ITSELF.has(id)) this._tell(id, outcome.answer, about);
  }

  /**
   * @param {MoveId} id
   * @param {any} answer
   * @param {Ticket | null} about
   */
  _tell(id, answer, about) {
    const reason = answer.reason ? name(answer.reason.words) : "";
    if (id === "next") {
      if (!answer.ticket) this._toasts.tell(reason);
      return;
    }
    const number = about?.number ?? "";
    const inReason = id === "no_show" || id === "transfer";
    this._toasts.tell(inReason ? t("teller.about", { number, told: reason }) : t(`teller.done.${id}`, { number }));
  }
}

/**
 * @param {MoveId} id
 * @param {Desk} desk
 * @returns {Promise<Sending | null>} null when the teller thought better of it
 */
async function prepared(id, desk) {
  if (id === "transfer") return askQueue(desk);
  if (id === "pause") return askReason(desk);
  if (id === "resume" || id === "again") return askTicket(id, desk);
  if (id === "open") return askOpen(desk);
  return { path: pathOf(id, desk) };
}

/**
 * @param {Desk} desk
 * @returns {Promise<Sending | null>}
 */
async function askQueue(desk) {
  const { queues } = desk.hall.branch;
  const others = Object.values(queues).filter((queue) => !queue.retired && queue.id !== desk.current?.queue_id);
  const choices = others.map((queue) => ({
    value: queue.id,
    label: `${queue.prefix}  ${name(queue.name)}`,
    detail: tCount("teller.waiting_there", waiting(desk.hall, queue.id).length),
  }));
  const chosen = await choose(t("teller.pick_queue", { number: desk.current?.number }), choices);
  return chosen ? { path: pathOf("transfer", desk), body: { queue_id: chosen } } : null;
}

/**
 * @param {Desk} desk
 * @returns {Promise<Sending | null>}
 */
async function askReason(desk) {
  const choices = PAUSES.map((reason) => ({ value: reason, label: t(`pause.${reason}`) }));
  const chosen = await choose(t("teller.pick_pause"), choices);
  return chosen ? { path: pathOf("pause", desk), body: { reason: chosen } } : null;
}

/**
 * @param {"resume" | "again"} id
 * @param {Desk} desk
 * @returns {Promise<Sending | null>}
 */
async function askTicket(id, desk) {
  const tickets = id === "resume" ? desk.parked : desk.missed;
  if (id === "resume" && tickets.length === 1) return taking(id, desk, tickets[0]);
  const { services } = desk.hall.branch;
  const choices = tickets.map((ticket) => ({
    value: ticket,
    label: ticket.number,
    detail: name(services[ticket.service_id]?.name),
  }));
  const chosen = await choose(t(`teller.pick_${id}`), choices);
  return chosen && taking(id, desk, chosen);
}

/**
 * Taking a counter over from somebody is asked twice; opening one's own is not.
 * @param {Desk} desk
 * @returns {Promise<Sending | null>}
 */
async function askOpen(desk) {
  const path = pathOf("open", desk);
  if (!isHeldByOther(desk.counter)) return { path };
  const { staff_name: staff, number: n } = desk.counter;
  const yes = [{ value: true, label: t("teller.key.take_over") }];
  const sure = await choose(t("teller.pick_take_over", { n, staff }), yes);
  return sure ? { path, body: { take_over: true } } : null;
}

/**
 * Whom the teller before has parked, and this one has no skill for, goes back to the queue: somebody else can.
 * @param {"resume" | "again"} id
 * @param {Desk} desk
 * @param {Ticket} ticket
 * @returns {Sending}
 */
function taking(id, desk, ticket) {
  if (id === "again") return { path: ticketPath(ticket.id, "return"), about: ticket };
  if (!hasSkill(desk.counter, ticket)) return { path: ticketPath(ticket.id, "return"), about: ticket, as: "return" };
  return { path: ticketPath(ticket.id, "resume"), body: { counter_id: desk.counter.id }, about: ticket };
}

/**
 * @template Value
 * @param {string} title
 * @param {import("../staff/pick.js").Choice<Value>[]} choices
 */
function choose(title, choices) {
  return pick(title, choices, t("teller.pick_hint"));
}
