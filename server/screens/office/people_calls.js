/** What the office asks the server about people. No second attempt by itself: what was done once stands. */

import { get, question } from "../shared/api.js";

/**
 * @typedef {Object} Somebody
 * @property {string} id
 * @property {string} login
 * @property {string} name
 * @property {string} role
 * @property {boolean} everywhere
 * @property {boolean} has_password
 * @property {"none" | "code" | "passkey"} second_factor
 * @property {boolean} badge
 * @property {boolean} pin
 * @property {string[] | null} skills
 * @property {number} signed_in
 * @property {string | null} last_seen
 */

/** @typedef {{people: Somebody[], roles: string[]}} People */
/** @typedef {{link: string, ends_at: string}} Link */

export class PeopleCalls {
  /** @param {string} branch */
  constructor(branch) {
    this._path = `branches/${encodeURIComponent(branch)}/people`;
  }

  /** @returns {Promise<People>} */
  all() {
    return get(this._path);
  }

  /**
   * @param {{login: string, name: string, role: string, everywhere?: boolean}} person
   * @returns {Promise<Link & {person: string}>}
   */
  add(person) {
    return question(this._path, person);
  }

  /**
   * @param {string} person
   * @param {"link" | "role" | "skills" | "badge" | "sign-out" | "remove"} what
   * @param {Record<string, any>} [body]
   */
  change(person, what, body = {}) {
    return question(`${this._path}/${encodeURIComponent(person)}/${what}`, body);
  }
}
