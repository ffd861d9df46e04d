/** Sentences as sound: made by the server, fetched once, and kept for as long as the page is open. */

import { branchPath, get } from "/screens/shared/api.js";
import { boot } from "/screens/shared/boot.js";

/** @typedef {import("./spoken.js").Said} Said */

const MOST = 400; // a few dozen megabytes
const UNHURRIED_MS = 250;

export class Clips {
  constructor() {
    /** @type {Map<string, Promise<ArrayBuffer>>} */
    this._kept = new Map();
  }

  /**
   * The sound of a sentence, a fresh copy each time: whoever decodes it uses it up. Rejects where there is none.
   * @param {Said} sentence
   */
  async of(sentence) {
    const query = queryOf(sentence);
    const coming = this._kept.get(query) || fetched(query);
    this._keep(query, coming);
    try {
      return (await coming).slice(0);
    } catch (none) {
      this._kept.delete(query); // or it would stay away after the server is back
      throw none;
    }
  }

  /**
   * Fetches ahead what may have to be said, one after the other: when the server is away it is here.
   * @param {Said[]} sentences
   */
  async warm(sentences) {
    for (const sentence of sentences) {
      const isThere = this._kept.has(queryOf(sentence));
      if (!isThere) await this.of(sentence).then(() => rest(), () => rest());
    }
  }

  forget() {
    this._kept.clear();
  }

  /**
   * The newest last; what nobody has wanted for longest goes.
   * @param {string} query
   * @param {Promise<ArrayBuffer>} coming
   */
  _keep(query, coming) {
    this._kept.delete(query);
    this._kept.set(query, coming);
    if (this._kept.size > MOST) this._kept.delete(/** @type {string} */ (this._kept.keys().next().value));
  }
}

/** @param {Said} sentence */
function queryOf({ key, lang, params }) {
  const query = new URLSearchParams({ key, lang });
  Object.keys(params)
    .sort()
    .forEach((name) => query.set(name, String(params[name])));
  return query.toString();
}

/** @param {string} query */
async function fetched(query) {
  const clip = await get(branchPath(`voice/words?${query}`));
  const answer = await fetch(clip.url, { headers: { Authorization: `Bearer ${boot.token}` } });
  if (!answer.ok) throw new Error(`no clip: ${answer.status}`);
  return answer.arrayBuffer();
}

function rest() {
  return new Promise((resolve) => setTimeout(resolve, UNHURRIED_MS));
}
