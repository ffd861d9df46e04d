/** The set-up while it is being changed: what is in force, what is on the table, and every step there and back. */

import { at, put, same } from "./set_up_document.js";
import { givingWay } from "./set_up_ids.js";
import { merge } from "./set_up_merge.js";

/** @typedef {import("./set_up_document.js").SetUp} SetUp */
/** @typedef {{version: string, document: SetUp}} InForce */
/** @typedef {{redraw: boolean, focus?: string}} Change  redraw: more has changed than the field one types in */

const MOST_STEPS = 100;

export class Draft {
  /**
   * @param {string} branch
   * @param {InForce} inForce
   * @param {string} person  whose draft it is: at one computer, the next manager must not take up the last one's
   */
  constructor(branch, inForce, person) {
    this._place = `callboard.set_up.${branch}.${person}`;
    this.version = inForce.version;
    this.base = inForce.document;
    this.document = structuredClone(inForce.document);
    /** @type {SetUp[]} */
    this._before = [];
    /** @type {SetUp[]} */
    this._after = [];
    this._typingAt = "";
    /** @type {(change: Change) => void} */
    this.changedBy = () => undefined;
  }

  get changed() {
    return !same(this.document, this.base);
  }

  get canUndo() {
    return this._before.length > 0;
  }

  get canRedo() {
    return this._after.length > 0;
  }

  /**
   * What a field says. All that is typed into one field without leaving it is one step.
   * @param {string} path
   * @param {any} value
   */
  type(path, value) {
    if (same(at(this.document, path), value)) return;
    if (this._typingAt !== path) this._step();
    this._typingAt = path;
    put(this.document, path, value);
    this._tell({ redraw: false });
  }

  /** The field has been left. */
  rest() {
    this._typingAt = "";
  }

  /**
   * A change that shows in more than one field.
   * @param {(document: SetUp) => void} change
   * @param {string} [focus]  the data-key that is to have the focus afterwards
   */
  edit(change, focus) {
    const before = structuredClone(this.document);
    change(this.document);
    if (same(before, this.document)) return;
    this._step(before);
    this._tell({ redraw: true, focus });
  }

  /** @param {SetUp} document  as a whole: from a file, or from an earlier day */
  take(document) {
    this.edit((mine) => replace(mine, structuredClone(document)));
  }

  undo() {
    this._move(this._before, this._after);
  }

  redo() {
    this._move(this._after, this._before);
  }

  discard() {
    this.take(this.base);
    this._forget();
  }

  /** @param {InForce} inForce  it has been put into force */
  settle({ version, document }) {
    this.version = version;
    this.base = document;
    this.drop();
    this._tell({ redraw: true });
  }

  /**
   * Every step goes on top, or a step back would quietly undo what the other has done.
   * @param {InForce} theirs  what somebody else has put into force meanwhile: mine goes on top
   */
  rebase({ version, document }) {
    const join = (/** @type {SetUp} */ mine) => joined(this.base, document, mine);
    [this._before, this._after] = [this._before.map(join), this._after.map(join)];
    this.document = join(this.document);
    this.version = version;
    this.base = document;
    this._typingAt = "";
    this._tell({ redraw: true });
  }

  /**
   * What was left here by an earlier visit.
   * @returns {"nothing" | "kept" | "merged" | "dropped"}  dropped: it was no draft of this page's
   */
  resume() {
    const kept = this._kept();
    if (!kept || same(kept.document, this.base)) return "nothing";
    const newer = kept.version !== this.version;
    try {
      this.take(newer ? joined(kept.base, this.base, kept.document) : kept.document);
    } catch {
      this.drop();
      return "dropped";
    }
    return newer ? "merged" : "kept";
  }

  /** There is no way back from here: it is for a draft that cannot be shown. */
  drop() {
    this.document = structuredClone(this.base);
    this._before = [];
    this._after = [];
    this._typingAt = "";
    this._forget();
  }

  /** @param {SetUp} [before] */
  _step(before = structuredClone(this.document)) {
    this._before.push(before);
    if (this._before.length > MOST_STEPS) this._before.shift();
    this._after = [];
    this._typingAt = "";
  }

  /**
   * @param {SetUp[]} from
   * @param {SetUp[]} to
   */
  _move(from, to) {
    const other = from.pop();
    if (!other) return;
    to.push(this.document);
    this.document = other;
    this._typingAt = "";
    this._tell({ redraw: true });
  }

  /** @param {Change} change */
  _tell(change) {
    this._keep();
    this.changedBy(change);
  }

  _keep() {
    if (!this.changed) return this._forget();
    const { version, base, document } = this;
    try {
      localStorage.setItem(this._place, JSON.stringify({ version, base, document }));
    } catch {
      // A window that keeps nothing: the draft then lasts as long as the page.
    }
  }

  _kept() {
    try {
      return JSON.parse(localStorage.getItem(this._place) ?? "null");
    } catch {
      return null;
    }
  }

  _forget() {
    try {
      localStorage.removeItem(this._place);
    } catch {
      // There is nothing to forget where nothing is kept.
    }
  }
}

/**
 * @param {SetUp} base
 * @param {SetUp} theirs
 * @param {SetUp} mine
 * @returns {SetUp} of its own
 */
function joined(base, theirs, mine) {
  return structuredClone(merge(base, theirs, givingWay(base, theirs, mine)));
}

/**
 * @param {any} mine
 * @param {any} other
 */
function replace(mine, other) {
  for (const key of Object.keys(mine)) delete mine[key];
  Object.assign(mine, other);
}
