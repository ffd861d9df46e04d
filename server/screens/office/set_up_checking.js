/** The draft held against the rules and the living hall as one types; only the newest answer counts. */

import { Refused } from "../shared/api.js";
import { judge } from "./set_up_calls.js";

/** @typedef {import("./set_up_calls.js").Judgement} Judgement */
/** @typedef {import("./set_up_document.js").SetUp} SetUp */

const REST_MS = 300;
const AGAIN_MS = 3000;
/** @type {Judgement} */
const NOTHING = { faults: [], warnings: [], changes: [] };

export class Checking {
  /**
   * @param {string} branch
   * @param {() => void} answered
   */
  constructor(branch, answered) {
    this._branch = branch;
    this._answered = answered;
    this.judgement = NOTHING;
    /** @type {"known" | "asking" | "away"} */
    this.state = "known";
    /** Why there is no answer. */
    this.problem = "";
    this._asked = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this._timer = undefined;
  }

  /** @param {SetUp} document  read when it is asked about */
  soon(document) {
    if (this.state !== "away") this.state = "asking";
    this._wait(document, REST_MS);
  }

  /** There is no draft. */
  clear() {
    this.stop();
    this.judgement = NOTHING;
    this.state = "known";
  }

  stop() {
    clearTimeout(this._timer);
    this._asked += 1;
  }

  /**
   * @param {SetUp} document
   * @returns {Promise<Judgement | null>} null: no answer, or overtaken by a newer question
   */
  async now(document) {
    clearTimeout(this._timer);
    this._asked += 1;
    const mine = this._asked;
    try {
      const judgement = await judge(this._branch, document);
      if (mine !== this._asked) return null;
      this.judgement = judgement;
      this.state = "known";
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      if (mine !== this._asked) return null;
      this.state = "away";
      this.problem = problem.sentence();
      this._wait(document, AGAIN_MS);
    }
    this._answered();
    return this.state === "known" ? this.judgement : null;
  }

  /**
   * @param {SetUp} document
   * @param {number} ms
   */
  _wait(document, ms) {
    clearTimeout(this._timer);
    this._timer = setTimeout(() => this.now(document), ms);
  }
}
