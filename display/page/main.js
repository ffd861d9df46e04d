/** The lobby's board: every call large and in its turn, the last calls, the waits, and the truth about its own age. */

import { Chime } from "/screens/shared/chime.js";
import { find } from "/screens/shared/dom.js";
import { callOf } from "/screens/shared/hall_state.js";
import { LiveHall } from "/screens/shared/live.js";
import { Offers } from "/screens/shared/offers.js";
import { StaleBanner } from "/screens/shared/stale_banner.js";
import { CallQueue } from "./call_queue.js";
import { drawHero, heroSays } from "./hero.js";
import { Masthead } from "./masthead.js";
import { drawRecent } from "./recent.js";
import { drawWaiting } from "./waiting.js";

/** @typedef {import("/screens/shared/types.js").Call} Call */
/** @typedef {import("/screens/shared/types.js").HallEvent} HallEvent */
/** @typedef {import("/screens/shared/hall_state.js").HallState} HallState */

// A call that is learnt of later than this, in real seconds, is listed and no longer announced.
const FRESH_S = 30;

const hero = find(".hero");
const recent = find(".recent");
const waiting = find(".waiting");
const masthead = new Masthead(find(".masthead"));
const chime = new Chime().start();
const live = new LiveHall().start();
const offers = new Offers(live).start();
const calls = new CallQueue();
let heard = live.hall;
let newestHeard = newestSeq(live.hall);
let said = "";

/** @param {HallState} hall */
function newestSeq(hall) {
  return hall.recent_calls.length > 0 ? hall.recent_calls[0].seq : 0;
}

/**
 * Calls this board has not shown yet, oldest first. Without events (a snapshot) they come from the list.
 * @param {HallState} hall
 * @param {HallEvent[]} events
 * @returns {Call[]}
 */
function newCalls(hall, events) {
  if (hall.epoch !== heard.epoch) newestHeard = 0;
  const found = events.length > 0 ? events.map((event) => callOf(hall, event)) : hall.recent_calls.slice().reverse();
  return /** @type {Call[]} */ (found.filter((call) => call !== null && call.seq > newestHeard));
}

/**
 * @param {HallState} hall
 * @param {HallEvent[]} events
 */
function hear(hall, events) {
  const unheard = newCalls(hall, events);
  const fresh = unheard.filter((call) => live.clock.since(call.at) / live.clock.speed < FRESH_S);
  fresh.forEach((call) => calls.add(call));
  const newDay = hall.business_day !== heard.business_day;
  if (newDay || (unheard.length > 0 && fresh.length === 0)) calls.settle(hall.recent_calls[0]);
  heard = hall;
  newestHeard = Math.max(newestHeard, newestSeq(hall));
  drawRecent(recent, hall);
  drawQueues();
  turn();
}

/** The next calls take the large place when the ones before them have been seen. */
function turn() {
  const moved = calls.turn(performance.now());
  if (moved) chime.ring();
  const now = heroSays(live.hall, calls.shown, live.clock.now());
  if (moved || now !== said) drawHero(hero, live.hall, calls.shown, live.clock.now(), moved);
  said = now;
}

function drawQueues() {
  drawWaiting(waiting, live.hall, (queueId) => offers.of(queueId));
}

calls.settle(live.hall.recent_calls[0]);
const banner = find("stale-banner");
if (banner instanceof StaleBanner) banner.watch(live);
chime.onBlocked((blocked) => masthead.showSound(blocked));
live.onChange(hear);
offers.onChange(drawQueues);
setInterval(turn, 200);
setInterval(() => masthead.tick(live.clock.now()), 250);
masthead.tick(live.clock.now());
drawRecent(recent, live.hall);
drawQueues();
turn();
