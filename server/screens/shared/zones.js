/** Times by the branch's own clock, on a screen whose browser may be older than the name of its zone. */

/** @type {Set<string>} */
const unknown = new Set();

/**
 * As `new Intl.DateTimeFormat` with that zone. One that this browser has never heard of must not leave the screen
 * blank: it shows the time of its own zone, which in a hall is the same, and says so once in its log.
 * @param {string} locale
 * @param {string | undefined} timeZone  undefined: the browser's own
 * @param {Intl.DateTimeFormatOptions} [options]
 */
export function zoneFormat(locale, timeZone, options) {
  if (timeZone !== undefined && !unknown.has(timeZone)) {
    try {
      return new Intl.DateTimeFormat(locale, Object.assign({}, options, { timeZone }));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      unknown.add(timeZone);
      console.warn(`time zone ${timeZone} is not known to this browser: it goes by its own`);
    }
  }
  return new Intl.DateTimeFormat(locale, options);
}
