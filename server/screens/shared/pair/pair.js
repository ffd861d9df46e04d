/**
 * A screen without a token shows its code, waits until somebody has typed it, and opens itself. A plain script: the
 * engine may be too old for modules, and its screen is still to be connected.
 */
"use strict";

const given = document.getElementById("boot");
/** @type {{screen: string, refused: string, languages: string[], words: Record<string, Record<string, string>>}} */
const boot = JSON.parse((given && given.textContent) || "{}");
const KEPT = `callboard.pair.${boot.screen}`;
const NEWS_MS = 20000;
const ANSWER_MS = 8000;
const LONGEST_MS = 15000;

/** @typedef {{code: string, secret: string, endsAt: number, everyMs: number}} Pairing */
/** @type {Pairing | null} */
let pairing = kept();
let newsUntil = 0;
let failures = 0;
/** What there is to say beside the time that is left: a key of the words. */
let trouble = "";

/** Until when, by this device's own clock, which need not be right: a code is kept over a reload of the page. */
function kept() {
  try {
    const found = JSON.parse(sessionStorage.getItem(KEPT) || "null");
    return found && found.endsAt > Date.now() && found.endsAt < Date.now() + 3600000 ? found : null;
  } catch (refused) {
    return null;
  }
}

function keep() {
  try {
    if (pairing) sessionStorage.setItem(KEPT, JSON.stringify(pairing));
    else sessionStorage.removeItem(KEPT);
  } catch (refused) {
    // The code then lasts as long as the page.
  }
}

/**
 * @param {string} path
 * @param {Record<string, any>} body
 * @param {(status: number, answer: any) => void} then  status 0: nobody has answered
 */
function post(path, body, then) {
  const request = new XMLHttpRequest();
  request.open("POST", `/api/v1/${path}`);
  request.setRequestHeader("Content-Type", "application/json");
  request.timeout = ANSWER_MS;
  request.onloadend = () => {
    let answer = {};
    try {
      answer = JSON.parse(request.responseText || "{}");
    } catch (unreadable) {
      // As good as none.
    }
    then(request.status, answer);
  };
  request.send(JSON.stringify(body));
}

function ask() {
  post("pairings", { kind: boot.screen }, (status, answer) => {
    if (status !== 201) {
      waitLonger(status === 429 ? "pair.many" : "pair.away");
      return;
    }
    failures = 0;
    trouble = "";
    const endsAt = Date.now() + answer.lasts_s * 1000;
    pairing = { code: answer.code, secret: answer.secret, endsAt, everyMs: answer.poll_s * 1000 };
    keep();
    draw();
    setTimeout(look, pairing.everyMs);
  });
}

function look() {
  if (!pairing || pairing.endsAt <= Date.now()) {
    anew();
    return;
  }
  const everyMs = pairing.everyMs;
  post("pairings/collect", { secret: pairing.secret, browser: true }, (status, answer) => {
    if (status === 200 && answer.state === "connected") {
      enter();
    } else if (status === 410) {
      anew();
    } else if (status === 200) {
      failures = 0;
      trouble = "";
      setTimeout(look, everyMs);
    } else {
      waitLonger("pair.away");
    }
    draw();
  });
}

/** The code has run out: the next one, and a word that it is another. */
function anew() {
  if (pairing) newsUntil = Date.now() + NEWS_MS;
  pairing = null;
  keep();
  draw();
  ask();
}

/** @param {string} why */
function waitLonger(why) {
  trouble = why;
  failures += 1;
  const pause = Math.min(LONGEST_MS, 1000 * Math.pow(2, failures)) * (0.5 + Math.random() / 2);
  setTimeout(pairing ? look : ask, pause);
  draw();
}

/** The token is in a cookie by now; what else the address says stays, but for a token that was none. */
function enter() {
  pairing = null;
  keep();
  trouble = "pair.connected";
  const rest = location.search.slice(1).split("&").filter((one) => one && one.indexOf("token=") !== 0);
  location.replace(location.pathname + (rest.length ? `?${rest.join("&")}` : ""));
}

/**
 * @param {string} lang
 * @param {string} key
 * @param {Record<string, string>} [params]
 */
function words(lang, key, params) {
  const sentence = (boot.words[lang] || {})[key] || key;
  return sentence.replace(/\{(\w+)\}/g, (whole, param) => (params && params[param]) || whole);
}

/**
 * The same in every language, one below the other.
 * @param {string} selector
 * @param {string} tag
 * @param {(lang: string) => string} said
 */
function fill(selector, tag, said) {
  const place = document.querySelector(selector);
  if (!place) return;
  const lines = boot.languages.map((lang) => ({ lang, text: said(lang) }));
  const known = lines.map((line) => line.text).join("\n");
  if (place.getAttribute("data-said") === known) return;
  place.setAttribute("data-said", known);
  place.textContent = "";
  lines.forEach((line) => place.appendChild(made(tag, line.lang, line.text)));
}

/**
 * @param {string} tag
 * @param {string} lang
 * @param {string} text
 */
function made(tag, lang, text) {
  const element = document.createElement(tag);
  element.lang = lang === "zh" ? "zh-CN" : lang;
  element.textContent = text;
  return element;
}

function drawSteps() {
  const place = document.querySelector(".pair__steps");
  if (!place) return;
  boot.languages.forEach((lang) => {
    const list = document.createElement("ol");
    list.lang = lang === "zh" ? "zh-CN" : lang;
    ["pair.step_office", "pair.step_code", "pair.step_wait"].forEach((key) => {
      list.appendChild(made("li", lang, words(lang, key, { address: `${location.host}/office` })));
    });
    place.appendChild(list);
  });
}

/** @param {string} lang */
function stateIn(lang) {
  if (trouble) return words(lang, trouble);
  if (!pairing) return words(lang, "pair.asking");
  const left = Math.max(0, Math.ceil((pairing.endsAt - Date.now()) / 1000));
  const time = `${Math.floor(left / 60)}:${`0${left % 60}`.slice(-2)}`;
  return words(lang, newsUntil > Date.now() ? "pair.new_code" : "pair.waiting", { time });
}

function draw() {
  const state = document.querySelector(".pair__state");
  const code = document.querySelector(".pair__code");
  fill(".pair__state", "p", stateIn);
  if (state) state.className = `pair__state${trouble || newsUntil > Date.now() ? " pair__state--news" : ""}`;
  if (!code) return;
  const parts = pairing ? pairing.code.split("-") : ["···", "····"];
  code.className = `pair__code${trouble ? " pair__code--old" : ""}`;
  parts.forEach((part, place) => {
    if (code.children[place].textContent !== part) code.children[place].textContent = part;
  });
}

function begin() {
  const refused = boot.refused !== "unauthorized" || /[?&]token=/.test(location.search);
  fill(".pair__title", "span", (lang) => words(lang, `pair.title_${boot.screen}`));
  fill(".pair__token summary", "span", (lang) => words(lang, "pair.token"));
  fill(".pair__refused", "span", (lang) => (refused ? words(lang, `shared.not_connected_${boot.refused}`) : ""));
  const details = document.querySelector("details");
  if (details && refused) details.open = true;
  drawSteps();
  draw();
  setInterval(draw, 1000);
  if (pairing) look();
  else ask();
}

begin();
