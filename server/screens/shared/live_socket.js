/** One socket to the live hall: reads its frames, answers for this screen, and is thrown away when it fails. */

import { boot } from "./boot.js";

/**
 * @typedef {{type: "snapshot", epoch: string, seq: number, now: string, speed: number,
 *   snapshot: import("./types.js").Snapshot}} SnapshotFrame
 * @typedef {{type: "events", after: number, seq: number, now: string, speed: number,
 *   events: import("./types.js").HallEvent[]}} EventsFrame
 * @typedef {{type: "heartbeat", seq: number, now: string, speed: number}} HeartbeatFrame
 * @typedef {{type: "goodbye", reason: string, retry_after_ms?: number}} GoodbyeFrame
 * @typedef {SnapshotFrame | EventsFrame | HeartbeatFrame} Frame
 *
 * @typedef {Object} Listener
 * @property {(frame: Frame) => void} frame
 * @property {(afterMs: number, refused: boolean) => void} closed  the socket is of no more use; come back after so long
 *   at the soonest. `refused`: the server is there, and does not take this screen's token
 */

const ALIVE_EVERY_MS = 2000;
// A server that has just started has every screen of the house at its door.
const HANDSHAKE_MS = 6000;
// Heartbeats carry the newest seq. One that is ahead of ours may cross a frame on its way; two mean a lost frame.
const BEHIND_LIMIT = 2;
// The close code of whoever may not listen, from the beginning or any more.
const REFUSED = 4401;

export class LiveSocket {
  /**
   * @param {number} after  the last event this screen has
   * @param {string} epoch  the history it belongs to
   * @param {Listener} listener
   */
  constructor(after, epoch, listener) {
    /** @type {Listener | null} */
    this._listener = listener;
    this._seq = after;
    this._behind = 0;
    this._aliveAt = performance.now();
    this._heardAt = performance.now();
    this._heard = false;
    this._socket = new WebSocket(address(after, epoch), ["callboard.v1", `token.${boot.token}`]);
    this._socket.onmessage = (message) => this._hear(JSON.parse(message.data));
    this._socket.onclose = (closed) => this._end(0, closed.code === REFUSED);
  }

  /** Lets go at once: a half-open socket may take minutes to notice that it is closed. */
  abandon() {
    this._listener = null;
    this._socket.onmessage = null;
    this._socket.onclose = null;
    this._socket.close();
  }

  /**
   * Whether nothing has come for so long that nothing will.
   * @param {number} now
   * @param {number} silence  that is too long once frames have come
   */
  isDead(now, silence) {
    return now - this._heardAt >= (this._heard ? silence : HANDSHAKE_MS);
  }

  /**
   * Notes how far the screen is, and tells the server from time to time that somebody listens. It is told on hearing
   * a frame, not by a timer: hidden pages have slow timers, and the server lets silent clients go.
   * @param {number} seq
   */
  acknowledge(seq) {
    this._seq = seq;
    if (this._socket.readyState !== WebSocket.OPEN) return;
    if (performance.now() - this._aliveAt < ALIVE_EVERY_MS - 500) return;
    this._aliveAt = performance.now();
    this._socket.send(JSON.stringify({ type: "alive", seq }));
  }

  /** @param {Frame | GoodbyeFrame} frame */
  _hear(frame) {
    this._heardAt = performance.now();
    this._heard = true;
    if (frame.type === "goodbye") {
      this._end(frame.retry_after_ms || 0, frame.reason === "revoked");
      return;
    }
    if (frame.type === "heartbeat") {
      this._behind = frame.seq === this._seq ? 0 : this._behind + 1;
      if (this._behind >= BEHIND_LIMIT) {
        this._end(0, false);
        return;
      }
    }
    if (this._listener) this._listener.frame(frame);
  }

  /**
   * @param {number} afterMs
   * @param {boolean} refused
   */
  _end(afterMs, refused) {
    const listener = this._listener;
    this.abandon();
    if (listener) listener.closed(afterMs, refused);
  }
}

/**
 * @param {number} after
 * @param {string} epoch
 */
function address(after, epoch) {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const place = `after=${after}&epoch=${encodeURIComponent(epoch)}`;
  return `${scheme}//${location.host}/api/v1/branches/${encodeURIComponent(boot.branch_id)}/live?${place}`;
}
