/** What the set-up page asks the server. */

import { command, get, question, Refused } from "../shared/api.js";
import { boot, tIn } from "../shared/boot.js";

/** @typedef {import("../shared/types.js").Names} Names */
/** @typedef {import("./set_up_document.js").SetUp} SetUp */
/** @typedef {import("./set_up_draft.js").InForce} InForce */

/**
 * @typedef {{path: string, code: string, params: Record<string, any>, words: Names}} Fault
 * @typedef {{path: string, what: "added" | "removed" | "changed", before: any, after: any, words: Names}} Change
 * @typedef {{faults: Fault[], warnings: Fault[], changes: Change[]}} Judgement
 * @typedef {{seq: number, at: string, who: {kind: string, id: string, name: string}, what: string, words: Names,
 *   changes: Change[]}} Version
 * @typedef {{id: string, name: Names, about: Names, document: SetUp}} Template
 */

/** @param {string} branch */
function place(branch) {
  return `branches/${encodeURIComponent(branch)}/set-up`;
}

/**
 * @param {string} branch
 * @returns {Promise<InForce>}
 */
export const inForce = (branch) => get(place(branch));

/**
 * @param {string} branch
 * @param {SetUp} document
 * @returns {Promise<Judgement>}
 */
export const judge = (branch, document) => question(`${place(branch)}/check`, { document });

/**
 * @param {string} branch
 * @param {SetUp} document
 * @param {string} version  on which it was built
 * @returns {Promise<InForce & {seq: number, changes: Change[]}>}
 */
export const putIntoForce = (branch, document, version) => command(place(branch), { document, version });

/**
 * @param {string} branch
 * @param {number} limit
 * @param {number} [before]  a version's seq
 * @returns {Promise<{versions: Version[], more: boolean}>}
 */
export const versions = (branch, limit, before) =>
  get(`${place(branch)}/versions?limit=${limit}${before === undefined ? "" : `&before=${before}`}`);

/**
 * @param {string} branch
 * @param {number} seq
 * @returns {Promise<{document: SetUp}>}
 */
export const version = (branch, seq) => get(`${place(branch)}/versions/${seq}`);

/** @returns {Promise<{templates: Template[]}>} */
export const templates = () => get("set-up/templates");

/**
 * @param {SetUp} document
 * @returns {Promise<{branch: string}>}
 */
export const makeBranch = (document) => command("branches", { document });

/**
 * @param {string} branch
 * @returns {Promise<string>} the file as it would be kept
 */
export async function exported(branch) {
  return (await raw(`${place(branch)}.yaml`, {})).text();
}

/**
 * @param {string} branch
 * @param {string} yaml
 * @returns {Promise<{document: SetUp}>} throws Refused with the line that is wrong
 */
export async function read(branch, yaml) {
  const request = { method: "POST", headers: { "Content-Type": "application/yaml" }, body: yaml };
  return (await raw(`${place(branch)}/read`, request)).json();
}

/**
 * @param {string} path
 * @param {RequestInit} request
 */
async function raw(path, request) {
  const known = { Authorization: `Bearer ${boot.token}`, "Callboard-Branch": boot.branch_id };
  const headers = { ...known, .../** @type {Record<string, string>} */ (request.headers ?? {}) };
  let response;
  try {
    response = await fetch(`/api/v1/${path}`, { ...request, headers });
  } catch {
    const words = Object.fromEntries(boot.languages.map((lang) => [lang, tIn(lang, "shared.unreachable")]));
    throw new Refused(0, { code: "unreachable", words });
  }
  if (!response.ok) throw new Refused(response.status, await response.json());
  return response;
}
