/** Signing in; and with a one-time link (what follows the #), choosing the password first. */

import { question, Refused } from "../shared/api.js";
import { boot, language, onLanguage, t, tIn } from "../shared/boot.js";
import { el, fill, find } from "../shared/dom.js";
import { icon } from "../shared/icons.js";
import { languageKeys } from "../staff/language_keys.js";
import { passkeyAnswer, otherWays } from "./other_ways.js";

/** @typedef {{name: string, login: string, least: number}} Invited */
/** @typedef {{name: string, screens: string[]}} SignedIn */

/** @type {Record<string, import("../shared/icons.js").Shape>} */
const SHAPES = { teller: "bell", manager: "people", office: "sliders" };

const card = find(".card");
/** A page that sent somebody here may have left its own mark behind the #. */
const secret = /^#[\w-]{32}$/.test(location.hash) ? location.hash.slice(1) : "";
const wanted = new URLSearchParams(location.search).get("to") || "";

/** @type {Invited | null} */
let invited = null;
/** Right, but for the code that is still to be typed. @type {{login: string, password: string} | null} */
let known = null;
/** @type {SignedIn | null} */
let signedIn = secret ? null : knownAlready();
/** @type {Refused | null} */
let refused = sentBack();
let waitUntil = 0;
let busy = false;

function draw() {
  const kept = new FormData(card.querySelector("form") || undefined);
  fill(card, ...(signedIn ? choices(signedIn) : secret ? choosing() : known ? codeStep(known) : signingIn()));
  for (const input of card.querySelectorAll("input")) {
    input.value = String(kept.get(input.name) || input.value);
  }
  fill(find(".top__languages"), ...languageKeys());
  document.title = `${find("h1", card).textContent} · Callboard`;
}

function signingIn() {
  return [
    el("h1", null, t("sign_in.title")),
    el("p", { class: "card__intro" }, t("sign_in.intro")),
    form(
      [
        field("login", t("sign_in.login"), el("input", loginAttributes())),
        field("password", t("sign_in.password"), ...passwordBox("current-password")),
      ],
      t(busy ? "sign_in.going" : "sign_in.go"),
      (data) => ask("sign-in", { login: data.get("login"), password: data.get("password") }),
    ),
    otherWays(wanted, busy || waiting() > 0, enterByPasskey),
    el("p", { class: "card__foot" }, t("sign_in.no_account")),
  ];
}

/** @param {{login: string, password: string}} right */
function codeStep(right) {
  const back = el("button", { class: "button button--quiet card__back", type: "button" }, t("sign_in.back"));
  back.onclick = () => {
    known = refused = null;
    draw();
    focusFirst();
  };
  const typed = { id: "code", name: "code", autocomplete: "one-time-code", maxlength: 40, required: true };
  return [
    el("h1", null, t("sign_in.code_title")),
    el("p", { class: "card__intro" }, t("sign_in.code_intro")),
    form(
      [field("code", t("sign_in.code"), el("input", { class: "card__code", spellcheck: "false", ...typed }), recoveryNote())],
      t(busy ? "sign_in.going" : "sign_in.go"),
      (data) => ask("sign-in", { ...right, code: data.get("code") }),
    ),
    back,
  ];
}

function recoveryNote() {
  return el("p", { class: "field__note" }, t("sign_in.code_recovery"));
}

function loginAttributes() {
  const known = { id: "login", name: "login", autocomplete: "username", autocapitalize: "none" };
  return Object.assign({ spellcheck: "false", required: true, maxlength: 120 }, known);
}

function choosing() {
  if (!invited) {
    const on = el("a", { class: "button card__back", href: `/sign-in?lang=${language()}` }, t("sign_in.go"));
    return [el("h1", null, t("sign_in.choose")), alert(), refused && on];
  }
  const { name, login, least } = invited;
  return [
    el("h1", null, t("sign_in.choose")),
    el("p", { class: "card__intro" }, t("sign_in.choose_for", { name, login })),
    form(
      [
        el("input", { type: "text", name: "login", autocomplete: "username", value: login, hidden: true }),
        field("password", t("sign_in.password"), ...passwordBox("new-password"), note(least)),
      ],
      t(busy ? "sign_in.going" : "sign_in.choose_go"),
      (data) => ask("set-up", { secret, password: data.get("password") }),
    ),
  ];
}

/** @param {number} least */
function note(least) {
  return el("p", { class: "field__note", id: "password-note" }, t("sign_in.least", { least }));
}

/** @param {SignedIn} who */
function choices(who) {
  const keys = who.screens.map((screen) =>
    el("a", { class: "button", href: address(screen) }, icon(SHAPES[screen] ?? "forward"), t(`sign_in.screen.${screen}`)),
  );
  const nowhere = keys.length === 0 && el("p", { class: "card__intro" }, t("sign_in.nowhere"));
  const title = el("h1", null, t("sign_in.welcome", { name: who.name }));
  return [title, refused && alert(), el("div", { class: "choices" }, keys), nowhere, somebodyElse()];
}

/** A browser may be used by several, and the next of them is not who was here before. */
function somebodyElse() {
  const key = el("button", { class: "button button--quiet card__back", type: "button" }, t("sign_in.somebody_else"));
  key.onclick = () => {
    signedIn = refused = null;
    draw();
    focusFirst();
    question("sign-out", {}).catch(() => null); // and if not now, then once somebody else has signed in
  };
  return key;
}

/** @returns {SignedIn | null} */
function knownAlready() {
  return /** @type {any} */ (boot).known || null;
}

/**
 * @param {Node[]} fields
 * @param {string} words
 * @param {(data: FormData) => Promise<void>} send
 */
function form(fields, words, send) {
  const key = el("button", { class: "button button--primary", type: "submit", disabled: busy || waiting() > 0 }, words);
  const element = el("form", { novalidate: true }, alert(), fields, key);
  element.onsubmit = (event) => {
    event.preventDefault();
    if (!busy && waiting() <= 0) send(new FormData(element));
  };
  return element;
}

function alert() {
  const seconds = waiting();
  const words = seconds > 0 ? t("sign_in.wait", { seconds }) : refused ? refused.sentence(language()) : "";
  return el("p", { class: "card__refused", role: "alert" }, words);
}

/**
 * @param {string} id
 * @param {string} words
 * @param {...Node} content
 */
function field(id, words, ...content) {
  return el("div", { class: "field" }, el("label", { for: id }, words), content);
}

/**
 * Whoever cannot see what they type mistypes, and long passwords most of all.
 * @param {string} autocomplete
 */
function passwordBox(autocomplete) {
  const input = el("input", { id: "password", name: "password", type: "password", autocomplete, required: true });
  const key = el("button", { class: "button", type: "button", "aria-pressed": "false" }, t("sign_in.show"));
  key.onclick = () => {
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    key.setAttribute("aria-pressed", String(shown));
    key.textContent = t(shown ? "sign_in.hide" : "sign_in.show");
    input.focus();
  };
  return [el("div", { class: "field__box" }, input, key)];
}

function waiting() {
  return Math.ceil((waitUntil - performance.now()) / 1000);
}

/**
 * @param {string} path
 * @param {Record<string, any>} body
 */
async function ask(path, body) {
  await meanwhile(async () => {
    try {
      arrive(await question(path, body));
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      refused = problem;
      if (problem.code === "sign_in_wait") wait(problem.params.seconds);
      if (problem.code === "code_needed") known = { login: body.login, password: body.password };
      // The first time it is the next step and no fault of anybody's.
      if (problem.code === "code_needed" && !body.code) refused = null;
      if (problem.code === "sign_in_failed") known = null;
    }
  });
}

async function enterByPasskey() {
  await meanwhile(async () => {
    try {
      const answer = await passkeyAnswer();
      if (answer) arrive(answer);
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      refused = problem;
    }
  });
}

/** @param {() => Promise<void>} doing */
async function meanwhile(doing) {
  busy = true;
  refused = null;
  draw();
  await doing();
  busy = false;
  draw();
  if (!signedIn) focusFirst();
}

/** Where there is something to type next: what was refused is typed again. */
function focusFirst() {
  const empty = [...card.querySelectorAll("input:not([hidden])")].find((input) => !(/** @type {any} */ (input).value));
  const next = empty ?? card.querySelector("#code, #password");
  if (next instanceof HTMLInputElement) next.focus();
  if (refused && next instanceof HTMLInputElement) next.select();
}

/** Why a page, or the bank's own sign-in, has sent them here. */
function sentBack() {
  const code = new URLSearchParams(location.search).get("refused") || "";
  const key = code === "role" ? "sign_in.not_your_role" : `refusal.${code}`;
  const words = Object.fromEntries(boot.languages.map((lang) => [lang, tIn(lang, key)]));
  return words[boot.languages[0]] === key ? null : new Refused(401, { code, words });
}

/** @param {SignedIn} who */
function arrive(who) {
  refused = null;
  signedIn = who;
  history.replaceState(null, "", location.pathname);
  const screen = who.screens.includes(wanted) ? wanted : who.screens.length === 1 ? who.screens[0] : "";
  if (screen) location.assign(address(screen));
}

/**
 * The next page speaks the language in which this one was read.
 * @param {string} screen
 */
function address(screen) {
  return `/${screen}?lang=${language()}`;
}

/** @param {number} seconds */
function wait(seconds) {
  waitUntil = performance.now() + seconds * 1000;
  const ticking = setInterval(() => {
    const over = waiting() <= 0;
    if (over) clearInterval(ticking);
    if (over) refused = null;
    // In place, or whoever types meanwhile would lose their place every second.
    find(".card__refused", card).textContent = over ? "" : t("sign_in.wait", { seconds: waiting() });
    find(".button--primary", card).toggleAttribute("disabled", !over);
  }, 1000);
}

async function begin() {
  if (secret) {
    try {
      invited = await question("set-up/look", { secret });
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      refused = problem;
    }
  }
  draw();
  focusFirst();
}

onLanguage(draw);
begin();
