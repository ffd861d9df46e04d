/** Commands and questions to the server. A command keeps one key over all its retries, so none is done twice. */

import { boot, language, nameIn, tIn } from "./boot.js";

/** @typedef {import("./types.js").Names} Names */

const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 4000;
const PATIENCE_MS = 5000;

/**
 * @typedef {Object} Problem  application/problem+json
 * @property {string} code
 * @property {Names} [words]
 * @property {Record<string, any>} [params]
 */

/** The server said no, and why. `code` never changes its meaning; "unreachable" means that it did not answer. */
export class Refused extends Error {
  /**
   * @param {number} status  0 when there was no answer
   * @param {Problem} problem
   */
  constructor(status, problem) {
    super(problem.code);
    this.name = "Refused";
    this.status = status;
    this.code = problem.code;
    this.words = problem.words || null;
    this.params = problem.params || {};
  }

  /** The refusal in words; in the page's language unless another is asked for. */
  sentence(lang = language()) {
    return this.words ? nameIn(lang, this.words) : tIn(lang, "shared.failed", { code: this.code });
  }
}

/** @returns {string} a key for one intent; made by hand, since plain http has no crypto.randomUUID */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Sends a command until it is answered, always with the same key.
 * @param {string} path  below /api/v1/
 * @param {Record<string, any>} [body]
 * @param {{key?: string}} [options]  give a key to try the same intent again later
 * @returns {Promise<any>} the answer; throws Refused
 */
export function command(path, body = {}, options = {}) {
  const headers = { "Content-Type": "application/json", "Idempotency-Key": options.key || newKey() };
  return ask(path, { method: "POST", headers, body: JSON.stringify(body) }, ATTEMPTS);
}

/**
 * @param {string} path  below /api/v1/
 * @returns {Promise<any>} the answer; throws Refused
 */
export function get(path) {
  return ask(path, { method: "GET", headers: {} }, 1);
}

/**
 * A question with a body: nothing is changed by it, so that it needs no key, and nobody waits for a second attempt.
 * @param {string} path  below /api/v1/
 * @param {Record<string, any>} body
 * @returns {Promise<any>} the answer; throws Refused
 */
export function question(path, body) {
  return ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }, 1);
}

/** @param {string} rest  below this branch */
export function branchPath(rest) {
  return `branches/${encodeURIComponent(boot.branch_id)}/${rest}`;
}

/**
 * @param {string} path
 * @param {{method: string, headers: Record<string, string>, body?: string}} request
 * @param {number} attempts
 */
async function ask(path, request, attempts) {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await once(path, request);
    if (outcome.answer !== undefined) return outcome.answer;
    if (!outcome.again || attempt === attempts) throw outcome.refused;
    const backOff = FIRST_PAUSE_MS * Math.pow(2, attempt - 1) * (0.5 + Math.random() / 2);
    await pause(Math.min(LONGEST_PAUSE_MS, Math.max(outcome.waitMs, backOff)));
  }
}

/**
 * One attempt. `again` says whether another may succeed.
 * @param {string} path
 * @param {{method: string, headers: Record<string, string>, body?: string}} request
 * @returns {Promise<{answer?: any, refused?: Refused, again: boolean, waitMs: number}>}
 */
async function once(path, request) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  try {
    // The branch is for a proxy that would rather send what belongs together to one server.
    const known = { Authorization: `Bearer ${boot.token}`, "Callboard-Branch": boot.branch_id };
    const headers = Object.assign(known, request.headers);
    const response = await fetch(`/api/v1/${path}`, Object.assign({}, request, { headers, signal: patience.signal }));
    const body = await response.json();
    if (response.ok) return { answer: body, again: false, waitMs: 0 };
    const waitMs = Number(response.headers.get("Retry-After") || 0) * 1000;
    return { refused: new Refused(response.status, body), again: response.status === 503, waitMs };
  } catch (noAnswer) {
    return { refused: unreachable(), again: true, waitMs: 0 };
  } finally {
    clearTimeout(timer);
  }
}

function unreachable() {
  /** @type {Names} */
  const words = {};
  boot.languages.forEach((lang) => (words[lang] = tIn(lang, "shared.unreachable")));
  return new Refused(0, { code: "unreachable", words });
}

/** @param {number} ms */
function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
