/** A list that keeps its rows: one that is redrawn whole loses the focus and the press that was under way. */

/**
 * @template Item
 * @typedef {{element: HTMLElement, draw: (item: Item) => void}} Row
 */

/** @template Item */
export class Rows {
  /**
   * @param {HTMLElement} list
   * @param {(item: Item) => string} key
   * @param {(item: Item) => Row<Item>} make
   */
  constructor(list, key, make) {
    this._list = list;
    this._key = key;
    this._make = make;
    /** @type {Map<string, Row<Item>>} */
    this._rows = new Map();
  }

  /** @param {Item[]} items */
  draw(items) {
    const wanted = new Set(items.map(this._key));
    for (const [key, row] of this._rows) {
      if (wanted.has(key)) continue;
      row.element.remove();
      this._rows.delete(key);
    }
    items.forEach((item, index) => this._place(item, index));
  }

  /**
   * @param {Item} item
   * @param {number} index
   */
  _place(item, index) {
    const key = this._key(item);
    const row = this._rows.get(key) ?? this._make(item);
    this._rows.set(key, row);
    row.draw(item);
    const there = this._list.children[index] ?? null;
    // Moving an element takes its focus away: it is moved only when it is not where it belongs.
    if (there !== row.element) this._list.insertBefore(row.element, there);
  }
}
