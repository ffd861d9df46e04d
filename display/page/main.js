/** The lobby's board: every call large and in its turn, in whichever layout, and the truth about its own age. */

import { adoptLanguages, boot, language } from "/screens/shared/boot.js";
import { find } from "/screens/shared/dom.js";
import { callOf } from "/screens/shared/hall_state.js";
import { LiveHall } from "/screens/shared/live.js";
import { Offers } from "/screens/shared/offers.js";
import { StaleBanner } from "/screens/shared/stale_banner.js";
import { Announcer } from "./announcer.js";
import { LIMIT_S } from "./announcements.js";
import { CounterBoard } from "./counter_board.js";
import { dress, makeRoom } from "./dress.js";
import { HallBoard } from "./hall_board.js";
import { Masthead } from "./masthead.js";
import { OneVoice } from "./one_voice.js";
import { OverviewBoard } from "./overview_board.js";
import { Voice } from "./voice.js";
import { readWishes, settled } from "./wishes.js";
import { Zone } from "./zone.js";

/** @typedef {import("/screens/shared/types.js").Call} Call */
/** @typedef {import("/screens/shared/types.js").HallEvent} HallEvent */
/** @typedef {import("/screens/shared/hall_state.js").HallState} HallState */
/** @typedef {{wishes: import("./wishes.js").Wishes, zone: Zone, live: LiveHall, offers: Offers, announcer: Announcer}} Parts */

const MOST_SPOKEN = 3;
const asked = readWishes(location.search);
const live = new LiveHall().start();
const wishes = settled(asked, live.hall.branch);
const zone = new Zone(wishes);
const offers = new Offers(live).start();
const voice = new Voice(spoken());
voice.start();
const oneVoice = new OneVoice(wishes, zone, voice, live.clock).start();
const announcer = new Announcer(live, voice, oneVoice, wishes);
const masthead = new Masthead(find(".masthead"), () => live.hall.branch);
const Board = { counter: CounterBoard, overview: OverviewBoard, calls: HallBoard, waiting: HallBoard, notices: HallBoard };
look();
let board = boardFor(wishes.layout);
let inUse = spoken().join();
let heard = live.hall;
let newestHeard = newestSeq(live.hall);

/** What the hall hears: as the address says, else the branch's languages in its order. */
function spoken() {
  if (wishes.langs.length > 0) return wishes.langs;
  const first = language();
  const others = (live.hall.branch.languages || boot.languages).filter((lang) => lang !== first);
  return [first].concat(others).slice(0, MOST_SPOKEN);
}

/** @param {import("./wishes.js").Layout} layout */
function boardFor(layout) {
  return new Board[layout](find(".board"), { wishes, zone, live, offers, announcer });
}

/**
 * The branch has been set up anew: the screen follows while it hangs there. What is being said is said to its end, and
 * what is in the large place stays there.
 * @param {HallState} hall
 */
function follow(hall) {
  adoptLanguages(hall.branch.languages);
  Object.assign(wishes, settled(asked, hall.branch));
  zone.take(wishes);
  if (spoken().join() !== inUse) voice.speakIn(spoken());
  inUse = spoken().join();
  board.leave();
  board = boardFor(wishes.layout);
  masthead.draw();
  look();
  board.show(hall, announcer.shown, false);
}

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
  const unheard = /** @type {Call[]} */ (found.filter((call) => call !== null && call.seq > newestHeard));
  return unheard.filter((call) => zone.concerns(call));
}

/**
 * What was called while the screen was cut off is listed at once, and announced only if it is still news.
 * @param {HallState} hall
 * @param {HallEvent[]} events
 */
function hear(hall, events) {
  if (hall.branch !== heard.branch && JSON.stringify(hall.branch) !== JSON.stringify(heard.branch)) follow(hall);
  const unheard = newCalls(hall, events);
  const fresh = unheard.filter((call) => live.clock.since(call.at) / live.clock.speed < LIMIT_S);
  fresh.forEach((call) => announcer.add(call));
  const newDay = hall.business_day !== heard.business_day;
  if (newDay || (unheard.length > 0 && fresh.length === 0)) announcer.settle(zone.calls(hall)[0]);
  heard = hall;
  newestHeard = Math.max(newestHeard, newestSeq(hall));
  draw();
  turn();
}

/** The next calls take the large place when the ones before them have been seen and said. */
function turn() {
  const moved = announcer.turn();
  board.show(live.hall, announcer.shown, moved);
}

function draw() {
  makeRoom(live.hall);
  board.draw(live.hall);
}

function look() {
  const now = live.clock.now();
  dress(wishes, now, live.hall.branch.time_zone);
  masthead.tick(now);
}

announcer.settle(zone.calls(live.hall)[0]);
const banner = find("stale-banner");
if (banner instanceof StaleBanner) banner.watch(live);
oneVoice.onChange(() => masthead.showSound(oneVoice.missing));
voice.onBlocked(() => masthead.showSound(oneVoice.missing));
live.onChange(hear);
offers.onChange(draw);
setInterval(turn, 200);
setInterval(look, 250);
draw();
turn();
