/** One socket of one phone: reads its messages, answers that somebody listens, and is thrown away when it fails. */

import { boot } from "/screens/shared/boot.js";

/**
 * @typedef {import("./types.js").PhoneView} PhoneView
 * @typedef {{type: "phone", view: PhoneView, speed?: number}} ViewMessage
 * @typedef {{type: "heartbeat" | "beat", now: string, speed?: number}} BeatMessage
 * @typedef {{type: "goodbye", reason: string, retry_after_ms?: number}} GoodbyeMessage
 *
 * @typedef {Object} Listener
 * @property {(view: PhoneView, speed: number | undefined) => void} view
 * @property {(now: string, speed: number | undefined) => void} beat
 * @property {(afterMs: number, refused: boolean) => void} closed  of no more use; come back after so long
 */

const ALIVE_EVERY_MS = 2000;
const HANDSHAKE_MS = 6000;
const REFUSED = 4401;

export class PhoneSocket {
  /** @param {Listener} listener */
  constructor(listener) {
    /** Whether this socket has ever brought anything. */
    this.heard = false;
    /** @type {Listener | null} */
    this._listener = listener;
    this._heardAt = performance.now();
    this._aliveAt = performance.now();
    this._seq = 0;
    this._socket = new WebSocket(address(), ["callboard.v1", `token.${boot.token}`]);
    this._socket.onmessage = (message) => this._hear(JSON.parse(message.data));
    this._socket.onclose = (event) => this._end(0, event.code === REFUSED);
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
   * @param {number} silence  that is too long once messages have come
   */
  isDead(now, silence) {
    return now - this._heardAt >= (this.heard ? silence : HANDSHAKE_MS);
  }

  /** @param {ViewMessage | BeatMessage | GoodbyeMessage} message */
  _hear(message) {
    this._heardAt = performance.now();
    this.heard = true;
    if (message.type === "goodbye") {
      this._end(message.retry_after_ms || 0, false);
      return;
    }
    if (message.type === "phone") this._seq = message.view.seq;
    this._tellAlive();
    if (this._listener === null) return;
    if (message.type === "phone") this._listener.view(message.view, message.speed);
    else this._listener.beat(message.now, message.speed);
  }

  /** On hearing something, not by a timer: hidden pages have slow timers, and the server lets silent clients go. */
  _tellAlive() {
    if (this._socket.readyState !== WebSocket.OPEN) return;
    if (performance.now() - this._aliveAt < ALIVE_EVERY_MS - 500) return;
    this._aliveAt = performance.now();
    this._socket.send(JSON.stringify({ type: "alive", seq: this._seq }));
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

/** The ticket is named in the subprotocol: an address is written into logs on the way. */
function address() {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  return `${scheme}//${location.host}/api/v1/phone/live`;
}
