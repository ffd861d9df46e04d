/** What the address asks of this screen: its layout, its part of the hall, its light and its voice. */

/** @typedef {"calls" | "waiting" | "notices" | "counter" | "overview"} Layout */

const LAYOUTS = ["calls", "waiting", "notices", "counter", "overview"];
const THEMES = ["day", "night", "auto"];
const VOICES = ["auto", "on", "off", "chime"];
const MOST_TIMES = 5;

/**
 * A word that is not known is as good as none: a television with a slip in its address shows the usual board.
 * @param {string} search  "?layout=calls&queues=cash,vip"
 */
export function readWishes(search) {
  const asked = new URLSearchParams(search);
  return {
    layout: /** @type {Layout | ""} */ (oneOf(LAYOUTS, asked.get("layout"), "")),
    counter: asked.get("counter") || "",
    queues: list(asked.get("queues")),
    counters: list(asked.get("counters")),
    theme: oneOf(THEMES, asked.get("theme"), ""),
    contrast: asked.get("contrast") === "high" ? "high" : "usual",
    voice: oneOf(VOICES, asked.get("voice"), ""),
    langs: list(asked.get("langs")),
    volume: share(asked.get("volume"), 1),
    quiet: list(asked.get("quiet")),
    quietVolume: share(asked.get("quiet_volume"), 0),
    times: Math.round(within(asked.get("times"), 1, MOST_TIMES, 2)),
    noticeS: within(asked.get("notice_s"), 3, 300, 12),
  };
}

/** @typedef {ReturnType<typeof readWishes>} Asked */
/** @typedef {Asked & {layout: Layout}} Wishes */

/**
 * What the address does not say is as the branch has set up its lobby. A counter's screen must be told whose it is.
 * @param {Asked} asked
 * @param {import("/screens/shared/types.js").Branch} branch
 * @returns {Wishes}
 */
export function settled(asked, branch) {
  const lobby = branch.lobby || { layout: "", theme: "" };
  const usual = lobby.layout === "counter" && asked.counter === "" ? "waiting" : oneOf(LAYOUTS, lobby.layout, "waiting");
  const layout = /** @type {Layout} */ (asked.layout || usual);
  return Object.assign({}, asked, {
    layout,
    theme: asked.theme || oneOf(THEMES, lobby.theme, "night"),
    voice: asked.voice || (layout === "counter" || layout === "overview" ? "off" : "auto"),
  });
}

/**
 * @param {string[]} known
 * @param {string | null} asked
 * @param {string} usual
 */
function oneOf(known, asked, usual) {
  return asked !== null && known.indexOf(asked) >= 0 ? asked : usual;
}

/** @param {string | null} text  "cash,vip" */
function list(text) {
  return (text || "").split(",").map((part) => part.trim()).filter((part) => part !== "");
}

/**
 * @param {string | null} text
 * @param {number} usual
 */
function share(text, usual) {
  return within(text, 0, 1, usual);
}

/**
 * @param {string | null} text
 * @param {number} least
 * @param {number} most
 * @param {number} usual
 */
function within(text, least, most, usual) {
  const number = text === null || text.trim() === "" ? NaN : Number(text);
  return Number.isFinite(number) ? Math.min(most, Math.max(least, number)) : usual;
}
