/**
 * What the office's views share. Types only: nothing here runs.
 *
 * @typedef {import("../shared/types.js").Names} Names
 * @typedef {"set_up" | "people" | "devices" | "audit" | "customers" | "account"} ViewKey
 *
 * @typedef {Object} OfficeWords  what this page is told beside what every page is
 * @property {string[]} may  operations of this person in this branch
 * @property {{id: string, name: Names}[]} branches  in which this person has a part
 * @property {boolean} signed_in  with a session, and not with a device's token
 *
 * @typedef {Object} Office  what each view is given
 * @property {import("../shared/types.js").Boot & OfficeWords} boot  `snapshot` is null where there is no branch yet
 * @property {string} word  the branch, or "*" where there is none yet
 * @property {Set<string>} may
 * @property {(text: string, kind?: "told" | "refused") => void} toast
 * @property {(view: ViewKey) => void} open
 *
 * @typedef {Object} Mounted
 * @property {() => boolean} [leave]  false: something is unsaved, and the view has asked to stay
 * @property {() => Mounted | void} [translate]  the language is another; gives the view where it is another now; a view
 *   without it is mounted anew
 */
export {};
