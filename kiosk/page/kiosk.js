/** What the kiosk does for the customer in front of it; the drawing of each step is in that step's file. */

import { branchPath, command, newKey, Refused } from "/screens/shared/api.js";
import { adoptLanguages, branchLanguage, setLanguage } from "/screens/shared/boot.js";
import { behind } from "./offered.js";
import { begun, newVisit, MOST_SERVICES } from "./visit.js";

/** @typedef {import("./visit.js").Visit} Visit */

/** @typedef {import("/screens/shared/types.js").Segment} Segment */

const EARLY_MS = 20000;
const CHOOSING = ["start", "group", "review"];

export class Kiosk {
  /**
   * @param {import("/screens/shared/live.js").LiveHall} live
   * @param {import("/screens/shared/offers.js").Offers} offers
   * @param {() => void} draw
   * @param {{remark: (words: import("./spoken.js").Said[]) => void, over: () => void}} speech
   */
  constructor(live, offers, draw, speech) {
    this.live = live;
    this.offers = offers;
    this.visit = newVisit();
    this._draw = draw;
    this._speech = speech;
    /** @type {{segment: Segment | null, at: number} | null} */
    this._early = null;
  }

  /** As it is set up now. */
  get branch() {
    return this.live.hall.branch;
  }

  /** @param {Partial<Visit>} changes */
  show(changes) {
    this.visit = Object.assign({}, this.visit, { changed: false }, changes);
    this._draw();
  }

  /** The next customer finds the kiosk as the branch set it: nobody inherits a language or a segment. */
  startAgain() {
    document.documentElement.classList.remove("large-type");
    document.documentElement.removeAttribute("data-contrast");
    this._speech.over();
    this.visit = newVisit();
    adoptLanguages(this.branch.languages);
    setLanguage(branchLanguage(), { remember: false });
    this._draw();
    const early = this._early;
    this._early = null;
    if (early && performance.now() - early.at < EARLY_MS) this.recognise(early.segment);
  }

  /**
   * A card was held to the reader. While a number is on the screen it is the next customer's, who is greeted then.
   * @param {Segment | null} segment  null: a card that says nothing here, which changes nothing
   */
  recognise(segment) {
    const { step } = this.visit;
    if (!CHOOSING.includes(step)) this._early = { segment, at: performance.now() };
    else if (segment === null) this.show({ card: "unknown" });
    else this.show({ segment, card: segment, key: null });
  }

  /** @param {import("./spoken.js").Said[]} words  said in passing, to who has it read aloud */
  remark(words) {
    this._speech.remark(words);
  }

  /**
   * The branch has been set up anew. A customer who has chosen what is no longer offered chooses again; a number that
   * was taken stays what it is.
   */
  follow() {
    const { step, services, group } = this.visit;
    if (!begun(this.visit)) adoptLanguages(this.branch.languages);
    if (!CHOOSING.includes(step)) return;
    const still = services.filter((id) => this.branch.services[id] && !this.branch.services[id].retired);
    const empty = step === "group" && behind(this.branch, group, still).length === 0;
    const lost = still.length < services.length || empty;
    if (!lost) this.show({});
    else if (still.length > 0 && step === "review") this.show({ services: still, key: null });
    else this.show({ step: "start", services: still, group: null, page: 0, key: null, changed: true });
  }

  /** @param {string} groupId */
  lookBehind(groupId) {
    this.show({ step: "group", group: groupId, page: 0 });
  }

  /**
   * The first service, or one more.
   * @param {string} serviceId
   */
  choose(serviceId) {
    const services = this.visit.services.concat(serviceId).slice(-MOST_SERVICES);
    this.show({ step: "review", services, key: null, page: 0 });
  }

  /** All services once more, to add one. */
  chooseMore() {
    this.show({ step: "start", group: null, page: 0 });
  }

  /** Back to where the service was chosen. */
  chooseAgain() {
    this.show({ step: this.visit.group === null ? "start" : "group", services: [], page: 0 });
  }

  /** @param {string} serviceId */
  leaveOut(serviceId) {
    const services = this.visit.services.filter((chosen) => chosen !== serviceId);
    if (services.length > 0) this.show({ services, key: null });
    else this.chooseAgain();
  }

  /** @param {boolean} atMachine */
  take(atMachine) {
    return this._ask({ step: "issuing", atMachine, key: this.visit.key || newKey(), refused: null }, async (visit) => {
      const wanted = { services: visit.services, segment: visit.segment, at_machine: visit.atMachine };
      const answer = await command(branchPath("tickets"), wanted, { key: visit.key || undefined });
      const own = { paper: answer.print || null, offline: answer.offline === true };
      return Object.assign(own, { step: /** @type {const} */ ("ticket"), ticket: answer.ticket, key: null });
    });
  }

  giveBack() {
    return this._ask({ step: "issuing", key: this.visit.key || newKey(), refused: null }, async (visit) => {
      const path = `tickets/${encodeURIComponent(visit.ticket ? visit.ticket.id : "")}/cancel`;
      await command(path, {}, { key: visit.key || undefined });
      return { step: "returned", key: null };
    });
  }

  /** The same intent once more, under the same key. */
  retry() {
    return this.visit.ticket ? this.giveBack() : this.take(this.visit.atMachine);
  }

  /**
   * Shows that something is under way, then what became of it.
   * @param {Partial<Visit>} meanwhile
   * @param {(visit: Visit) => Promise<Partial<Visit>>} work
   */
  async _ask(meanwhile, work) {
    this.show(meanwhile);
    const asked = this.visit;
    try {
      this._finish(asked, await work(asked));
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      this._finish(asked, { step: "failed", refused: problem });
    }
  }

  /**
   * @param {Visit} asked
   * @param {Partial<Visit>} changes
   */
  _finish(asked, changes) {
    if (this.visit === asked) this.show(changes);
  }
}
