/** Money as everyone reads it who works here: whole, with its thousands apart. */

/**
 * @param {number | null | undefined} amount  per hour
 * @param {string} currency
 */
export function money(amount, currency) {
  return amount === null || amount === undefined ? "–" : `${currency}${Math.round(amount).toLocaleString("en-US")}`;
}
