/** What every section of the set-up works with: the draft, its faults, and what is to be drawn again as one types. */

import { boot } from "../shared/boot.js";
import { at } from "./set_up_document.js";

/** @typedef {import("./set_up_draft.js").Draft} Draft */
/** @typedef {import("./set_up_calls.js").Fault} Fault */

export class Desk {
  /**
   * @param {Draft} draft
   * @param {{branch: string, mayChange: boolean, toast: (text: string, kind?: any) => void}} about
   */
  constructor(draft, { branch, mayChange, toast }) {
    this.draft = draft;
    this.branch = branch;
    this.mayChange = mayChange;
    this.toast = toast;
    /** The thing chosen in a picture, by section: it outlives a drawing. @type {Record<string, number>} */
    this.chosen = {};
    /** Draws the section anew: something else is to be seen, and nothing was changed. */
    /** @type {(focus: string) => void} */
    this.redraw = () => undefined;
    /** @type {(() => void)[]} */
    this._alive = [];
  }

  get document() {
    return this.draft.document;
  }

  /** The languages in which this branch speaks, the first before the others. */
  get languages() {
    return this.document.branch.languages ?? boot.languages;
  }

  /** @param {string} path */
  at(path) {
    return at(this.document, path);
  }

  /**
   * Draws now, and again after each change for as long as the section is in sight.
   * @param {() => void} draw
   */
  alive(draw) {
    this._alive.push(draw);
    draw();
  }

  /** The section is about to be drawn anew. */
  clear() {
    this._alive = [];
  }

  refresh() {
    this._alive.forEach((draw) => draw());
  }
}
