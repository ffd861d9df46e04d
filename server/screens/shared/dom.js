/** Elements made in one expression: the screens are small enough to need no framework. */

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * `el("button", { class: "key", onclick: next, "data-move": "next" }, "Next")`. A function becomes a listener's
 * property, true an empty attribute; false, null and undefined leave the attribute out.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, any> | null} [attributes]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function el(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes || {})) setAttribute(element, key, value);
  append(element, children);
  return element;
}

/**
 * @param {Element} element
 * @param {string} key
 * @param {any} value
 */
function setAttribute(element, key, value) {
  if (value === false || value === null || value === undefined) return;
  if (typeof value === "function") /** @type {any} */ (element)[key] = value;
  else element.setAttribute(key, value === true ? "" : String(value));
}

/**
 * @param {Element} element
 * @param {(Child | Child[])[]} children
 */
function append(element, children) {
  for (const child of children) {
    if (Array.isArray(child)) append(element, child);
    else if (child instanceof Node) element.appendChild(child);
    else if (child !== null && child !== undefined && child !== false) {
      element.appendChild(document.createTextNode(String(child)));
    }
  }
}

/**
 * Puts these children in place of all there were (Element.replaceChildren needs Chrome 86).
 * @param {Element} element
 * @param {...(Child | Child[])} children
 */
export function fill(element, ...children) {
  while (element.firstChild) element.removeChild(element.firstChild);
  append(element, children);
}

/**
 * The element a page's markup promises.
 * @param {string} selector
 * @param {ParentNode} [root]
 * @returns {HTMLElement}
 */
export function find(selector, root = document) {
  const found = root.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`The page has no ${selector}`);
  return found;
}

/**
 * Sets an element's text, and touches it only when it differs: readers of the screen speak what is touched.
 * @param {Element} element
 * @param {string} text
 */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
