/** A chart and the table of the same numbers, in one place and of one size: a press turns from one to the other. */

import { t } from "../shared/boot.js";
import { el, fill, say } from "../shared/dom.js";

export class FlipCard {
  /** @param {() => void} turned  the other side is to be drawn */
  constructor(turned) {
    this._title = el("h3", null);
    this.note = el("p", { class: "chart__values" });
    this._toggle = el("button", { class: "button button--quiet chart__toggle", type: "button" });
    this.drawing = el("div", { class: "chart__drawing" });
    this.table = el("div", { class: "chart__table", tabindex: 0, hidden: true });
    this._blank = el("p", { class: "chart__blank", hidden: true });
    this._turned = false;
    this._toggle.onclick = () => this._turn(turned);
    const head = el("header", { class: "chart__head" }, this._title, this._toggle);
    this.element = el("article", { class: "chart" }, head, this.note, this.drawing, this.table, this._blank);
  }

  get showsTable() {
    return this._turned;
  }

  /**
   * Where there is nothing to draw, words of the same height say so.
   * @param {string | null} words  null: there is something
   */
  blank(words) {
    say(this._blank, words ?? "");
    this._blank.hidden = words === null;
    this._toggle.hidden = words !== null;
    this.drawing.hidden = words !== null || this._turned;
    this.table.hidden = words !== null || !this._turned;
  }

  /** @param {string} title */
  translate(title) {
    say(this._title, title);
    const words = t(this.showsTable ? "manager.charts.as_chart" : "manager.charts.as_table");
    say(this._toggle, words);
    this._toggle.setAttribute("aria-label", `${words}: ${title}`);
  }

  /**
   * The newest numbers, where the reader was in them.
   * @param {HTMLElement} table
   */
  fillTable(table) {
    const { scrollTop } = this.table;
    fill(this.table, table);
    this.table.scrollTop = scrollTop;
  }

  /** @param {() => void} turned */
  _turn(turned) {
    this._turned = !this._turned;
    this.blank(this._blank.hidden ? null : this._blank.textContent);
    this.translate(this._title.textContent ?? "");
    turned();
  }
}
