/** One intent at a time: a key pressed twice, or pressed into a slow network, must not skip a customer. */

import { command, Refused } from "../shared/api.js";
import { t } from "../shared/boot.js";

/** @typedef {import("./moves.js").MoveId} MoveId */

// A double press is over within half a second; longer than that is meant.
const REST_MS = 1200;
const SEEN_WITHIN_MS = 2000;

export class Intents {
  /**
   * @param {import("../shared/live.js").LiveHall} live
   * @param {() => void} changed  what may be pressed has changed
   */
  constructor(live, changed) {
    this._live = live;
    this._changed = changed;
    /** @type {MoveId | null} */
    this.busy = null;
    /** @type {MoveId | null} */
    this.resting = null;
    /** @type {number | undefined} */
    this._rest = undefined;
  }

  /** False while what the screen shows may be the past. */
  isLive() {
    return this._live.status === "live";
  }

  /** @param {MoveId} id */
  isFree(id) {
    return this.busy === null && this.resting !== id && this.isLive();
  }

  /**
   * Sends the command unless another is under way; it keeps its one key over all retries.
   * @param {MoveId} id
   * @param {string} path
   * @param {Record<string, any>} [body]
   * @returns {Promise<{answer?: any, refused?: string} | null>} null when nothing was sent
   */
  async send(id, path, body) {
    if (!this.isFree(id)) return null;
    this.busy = id;
    this._changed();
    try {
      const answer = await command(path, body);
      await this._seen(answer.seq);
      return { answer };
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      return { refused: problem.status === 0 ? t("teller.no_answer") : problem.sentence() };
    } finally {
      this.busy = null;
      this._pause(id);
      this._changed();
    }
  }

  /**
   * The answer is faster than the event: until the screen shows what was answered, its keys mean the past.
   * @param {number} seq
   */
  _seen(seq) {
    const given = performance.now() + SEEN_WITHIN_MS;
    return new Promise((resolve) => {
      const look = () => {
        if (this._live.hall.seq >= seq || performance.now() > given) resolve(undefined);
        else setTimeout(look, 20);
      };
      look();
    });
  }

  /** @param {MoveId} id */
  _pause(id) {
    clearTimeout(this._rest);
    this.resting = id;
    this._rest = window.setTimeout(() => {
      this.resting = null;
      this._changed();
    }, REST_MS);
  }
}
