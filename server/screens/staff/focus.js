/** Buttons that are clicked must not take the keyboard from the keys. */

/**
 * Pressed by mouse, a key must not keep the focus: Space would then press it again instead of calling the next.
 * @param {MouseEvent} event
 */
export function keepFocus(event) {
  event.preventDefault();
}
