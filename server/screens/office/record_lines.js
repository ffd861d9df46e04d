/** The lines of the audit trail as the server has them, newest first, and as a file for whoever must keep them. */

import { get } from "../shared/api.js";
import { name } from "../shared/boot.js";

/**
 * @typedef {Object} Line
 * @property {number} seq
 * @property {string} at
 * @property {{kind: string, id: string, name: string}} who
 * @property {string} address
 * @property {string} what
 * @property {import("./types.js").Names} words
 * @property {string} subject
 * @property {any} before
 * @property {any} after
 * @property {string} hash
 */

/** @typedef {{lines: Line[], numbers: Record<string, string>}} Found  with the numbers of the tickets they name, by id */

/** @typedef {{text: string, who: string, what: string, people: string, since: string, until: string}} Wanted */

const NEWEST = Number.MAX_SAFE_INTEGER;
const AT_ONCE = 1000;
const MOST = 50000;
// Excel takes what begins so for a formula, and would work it out.
const FORMULA = /^[=+\-@\t\r]/;

/**
 * @param {string} branch
 * @param {Wanted} wanted
 * @param {number} limit
 * @param {number} [before]
 * @returns {Promise<Found>}
 */
export async function linesFor(branch, wanted, limit, before = NEWEST) {
  const query = new URLSearchParams({ before: String(before), limit: String(limit) });
  for (const [key, value] of Object.entries(wanted)) if (value) query.set(key, value);
  return get(`branches/${encodeURIComponent(branch)}/audit?${query}`);
}

/**
 * Saves all lines that are wanted, oldest last, and gives how many.
 * @param {string} branch
 * @param {Wanted} wanted
 */
export async function asFile(branch, wanted) {
  /** @type {Line[]} */
  const lines = [];
  for (let before = NEWEST; lines.length < MOST; before = lines[lines.length - 1].seq) {
    const found = (await linesFor(branch, wanted, AT_ONCE, before)).lines;
    lines.push(...found);
    if (found.length < AT_ONCE) break;
  }
  const rows = [["seq", "at", "who", "id", "kind", "address", "what", "words", "subject", "before", "after", "hash"]];
  rows.push(...lines.map(cells));
  const text = rows.map((row) => row.map(quoted).join(",")).join("\r\n");
  // With its mark, or Excel takes Chinese for something else.
  saveAs(new Blob(["\ufeff", text, "\r\n"], { type: "text/csv" }), `records-${branch}.csv`);
  return lines.length;
}

/** @param {Line} line */
function cells(line) {
  const { kind, id, name: known } = line.who;
  const states = [line.before, line.after].map((state) => (state === null ? "" : JSON.stringify(state)));
  const told = [line.what, name(line.words), line.subject, ...states, line.hash];
  return [String(line.seq), line.at, known, id, kind, line.address, ...told];
}

/** @param {string} cell */
function quoted(cell) {
  const safe = FORMULA.test(cell) ? `'${cell}` : cell;
  return `"${safe.replaceAll('"', '""')}"`;
}

/**
 * @param {Blob} blob
 * @param {string} filename
 */
export function saveAs(blob, filename) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = filename;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
