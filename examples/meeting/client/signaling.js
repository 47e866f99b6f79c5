/**
 * The page's end of the signalling: EduMeet's envelope over a socket of socket.io.
 *
 * Events: `open` with each connection, `lost` when it breaks, `refused` when there
 * will be none, `notification` with `{ method, data }`.
 */

import { io } from 'socket.io-client';

const RETRY_MS = { reconnectionDelay: 200, reconnectionDelayMax: 1000 };

export class Signaling extends EventTarget {
  #socket;
  #pending = new Set();

  constructor(auth) {
    super();
    // Over a WebSocket, unlike over polling, messages come one by one: what an
    // answer says has been dealt with before the message that follows it.
    this.#socket = io({ auth, transports: ['websocket'], ...RETRY_MS });
    this.#socket.on('connect', () => this.#emit('open'));
    this.#socket.on('notification', (message) =>
      this.#emit('notification', message),
    );
    this.#socket.on('disconnect', () => {
      this.#pending.forEach((reject) => reject(new Error('connection lost')));
      this.#pending.clear();
      this.#emit('lost');
      // The server's way to say that it ends; another one may follow.
      if (!this.#socket.active) {
        this.#socket.connect();
      }
    });
    this.#socket.on('connect_error', (error) => {
      if (!this.#socket.active) {
        this.#emit('refused', error);
      }
    });
  }

  get isOpen() {
    return this.#socket.connected;
  }

  /**
   * Waits for the answer as long as it takes: the server knows how long it waits
   * for its media server. Only a lost connection ends it sooner.
   */
  request(method, data = {}) {
    return new Promise((resolve, reject) => {
      if (!this.isOpen) {
        reject(new Error('not connected'));
        return;
      }
      this.#pending.add(reject);
      this.#socket.emit('request', { method, data }, (error, result) => {
        this.#pending.delete(reject);
        error ? reject(new Error(`${method}: ${error}`)) : resolve(result);
      });
    });
  }

  close() {
    this.#socket.off().disconnect();
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
