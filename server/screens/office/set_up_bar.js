/** The bar at the foot: what is not in force yet, what is wrong with it, and the ways on and back. */

import { t, tCount } from "../shared/boot.js";
import { el, fill } from "../shared/dom.js";
import { drawing } from "./set_up_drawings.js";
import { button } from "./parts.js";

/** @typedef {import("./set_up_draft.js").Draft} Draft */
/** @typedef {import("./set_up_checking.js").Checking} Checking */

/** @typedef {{review: () => void, discard: () => void, back: () => void, toFault: () => void}} Hands */

export class Bar {
  /** @param {Hands} hands */
  constructor(hands) {
    this._hands = hands;
    this._words = el("p", { class: "foot__words", role: "status" });
    this._keys = el("div", { class: "foot__keys" });
    this.element = el("footer", { class: "foot", hidden: true }, this._words, this._keys);
    /** Whether the newest set-up came into force here, a moment ago. */
    this.done = false;
    this._drawn = "";
  }

  /** All is to be drawn anew: the language is another. */
  forget() {
    this._drawn = "";
  }

  /**
   * @param {Draft} draft
   * @param {Checking} checking
   */
  draw(draft, checking) {
    const { changed } = draft;
    const drawn = [changed, this.done, draft.canUndo, draft.canRedo, checking.state, JSON.stringify(checking.judgement)];
    // Drawn anew, a key would lose the press that is under way.
    if (this._drawn === drawn.join()) return;
    this._drawn = drawn.join();
    const steps = draft.canUndo || draft.canRedo;
    this.element.hidden = !changed && !this.done && !steps;
    this.element.dataset.state = changed ? "draft" : this.done ? "done" : "rest";
    if (changed) this._drawDraft(draft, checking);
    else if (this.done) this._drawDone();
    else fill(this._words, el("span", { class: "foot__detail" }, t("office.set_up.bar.none")));
    if (!changed && !this.done) fill(this._keys, stepKeys(draft));
  }

  /**
   * @param {Draft} draft
   * @param {Checking} checking
   */
  _drawDraft(draft, checking) {
    const { faults, changes } = checking.judgement;
    const known = checking.state === "known";
    const counted = known && changes.length > 0;
    const words = counted ? tCount("office.set_up.bar.changes", changes.length) : t("office.set_up.bar.changed");
    const wrong = known && faults.length > 0;
    const toFault = { type: "button", class: "foot__faults", onclick: this._hands.toFault };
    fill(
      this._words,
      el("b", null, words),
      wrong
        ? el("button", toFault, tCount("office.set_up.faults", faults.length))
        : el("span", { class: "foot__detail" }, detail(checking)),
    );
    const review = button(t("office.set_up.bar.review"), this._hands.review, { primary: true });
    review.disabled = wrong || checking.state === "away";
    fill(this._keys, stepKeys(draft), button(t("office.set_up.bar.discard"), this._hands.discard), review);
  }

  _drawDone() {
    fill(this._words, el("b", null, t("office.set_up.bar.done")));
    fill(this._keys, button(t("office.set_up.bar.take_back"), this._hands.back));
  }
}

/** @param {Checking} checking */
function detail({ state, problem }) {
  if (state === "asking") return t("office.set_up.bar.asking");
  return state === "away" ? `${problem} ${t("office.set_up.bar.away")}` : t("office.set_up.bar.kept");
}

/** @param {Draft} draft */
function stepKeys(draft) {
  const key = (/** @type {"undo" | "redo"} */ way, /** @type {boolean} */ can) => {
    const words = t(`office.set_up.bar.${way}`);
    const attributes = { type: "button", "data-way": way, "aria-label": words, title: words, disabled: !can };
    return el("button", { class: "row-key", ...attributes, onclick: () => draft[way]() }, drawing(way));
  };
  return [key("undo", draft.canUndo), key("redo", draft.canRedo)];
}
