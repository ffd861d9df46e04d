/** What the page was given to start with: its state, its token, and the words of every language. */

/** @typedef {import("./types.js").Boot} Boot */
/** @typedef {import("./types.js").Names} Names */

const REMEMBERED = "callboard.language";

/** @type {Boot} */
export const boot = read();

let current = chosen();
/** @type {Set<() => void>} */
const listeners = new Set();

/** @returns {Boot} */
function read() {
  const element = document.getElementById("boot");
  if (!element) throw new Error("The page came without its state: open it from the Callboard server.");
  return JSON.parse(element.textContent || "");
}

/** The language asked for in the address, else the one remembered, else the branch's own. */
function chosen() {
  const asked = new URLSearchParams(location.search).get("lang");
  const wished = [asked, remembered()].concat(boot.screen === "phone" ? owners() : []);
  return wished.find((lang) => lang !== null && boot.languages.includes(lang)) || branchLanguage();
}

/** A phone is its owner's and speaks their language; every other screen is the branch's. */
function owners() {
  return (navigator.languages || [navigator.language]).map((locale) => locale.toLowerCase().split("-")[0]);
}

/** Private windows and some kiosk browsers refuse storage altogether. */
function remembered() {
  try {
    return localStorage.getItem(REMEMBERED);
  } catch (refused) {
    return null;
  }
}

/** The language in which the branch greets everyone. */
export function branchLanguage() {
  return boot.languages[0] || "zh";
}

export function language() {
  return current;
}

/**
 * The branch has chosen other languages, or another order: what nobody has chosen at this screen follows it.
 * @param {string[] | undefined} languages
 */
export function adoptLanguages(languages) {
  const known = (languages || []).filter((lang) => boot.words[lang] !== undefined);
  if (known.length === 0 || known.join() === boot.languages.join()) return;
  boot.languages = known;
  current = chosen();
  announceLanguage();
}

/**
 * Somebody else sits here now: what the page says to the server from now on, and for whom.
 * @param {{token: string, actor: Boot["actor"], may?: string[]}} who
 */
export function becomes(who) {
  boot.token = who.token;
  boot.actor = who.actor;
  boot.may = who.may;
}

/**
 * Whether whoever is here may do it, as the server has told; it asks again at each press.
 * @param {string} operation  as in its table of permissions
 */
export function may(operation) {
  return boot.may === undefined || boot.may.includes(operation);
}

/**
 * Changes the language and redraws whatever listens.
 * @param {string} lang
 * @param {{remember?: boolean}} [options]  a kiosk does not remember: the next customer is someone else
 */
export function setLanguage(lang, options = {}) {
  if (options.remember !== false) {
    try {
      localStorage.setItem(REMEMBERED, lang);
    } catch (refused) {
      // The choice then lasts as long as the page.
    }
  }
  if (lang === current) return;
  current = lang;
  announceLanguage();
}

/**
 * @param {() => void} listener  called after each change of language
 * @returns {() => void} stops listening
 */
export function onLanguage(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function announceLanguage() {
  document.documentElement.lang = current === "zh" ? "zh-CN" : current;
  translate(document.body);
  listeners.forEach((listener) => listener());
}

/**
 * The sentence `key` in the page's language. A missing key shows itself: a gap on a screen hides the fault.
 * @param {string} key
 * @param {Record<string, any>} [params]
 */
export function t(key, params) {
  return tIn(current, key, params);
}

/**
 * The sentence `key` in one language. As on the server, a parameter may be a name in several languages, or the
 * end of a key ("state" = "waiting" tells "state.waiting").
 * @param {string} lang
 * @param {string} key
 * @param {Record<string, any>} [params]
 */
export function tIn(lang, key, params = {}) {
  const words = boot.words[lang] || {};
  const sentence = words[key];
  if (sentence === undefined) return key;
  return sentence.replace(/\{(\w+)\}/g, (whole, param) => {
    const value = params[param];
    if (value === undefined || value === null) return whole;
    if (typeof value === "object") return nameIn(lang, value);
    const told = words[`${param}.${value}`];
    return told === undefined ? String(value) : told;
  });
}

/**
 * A sentence with a count in it: `key.one` or `key.other`, as the language has it; `{n}` is the count.
 * @param {string} key
 * @param {number} n
 * @param {Record<string, any>} [params]
 */
export function tCount(key, n, params) {
  return tCountIn(current, key, n, params);
}

/**
 * @param {string} lang
 * @param {string} key
 * @param {number} n
 * @param {Record<string, any>} [params]
 */
export function tCountIn(lang, key, n, params) {
  const form = `${key}.${new Intl.PluralRules(lang).select(n)}`;
  const known = (boot.words[lang] || {})[form] !== undefined;
  return tIn(lang, known ? form : `${key}.other`, Object.assign({ n }, params));
}

/**
 * A name in the page's language, or in whatever language it has.
 * @param {Names | null | undefined} names
 */
export function name(names) {
  return nameIn(current, names);
}

/**
 * @param {string} lang
 * @param {Names | null | undefined} names
 */
export function nameIn(lang, names) {
  if (!names) return "";
  return names[lang] || Object.values(names)[0] || "";
}

/**
 * Puts the words into fixed markup: data-t is the text; data-t-label and data-t-title are what is spoken or shown
 * beside it.
 * @param {ParentNode} root
 */
export function translate(root) {
  for (const element of root.querySelectorAll("[data-t]")) {
    element.textContent = t(element.getAttribute("data-t") || "");
  }
  for (const element of root.querySelectorAll("[data-t-label]")) {
    element.setAttribute("aria-label", t(element.getAttribute("data-t-label") || ""));
  }
  for (const element of root.querySelectorAll("[data-t-title]")) {
    element.setAttribute("title", t(element.getAttribute("data-t-title") || ""));
  }
}

announceLanguage();
