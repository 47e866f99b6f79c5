/**
 * Transport of the second client's entries (messages that are numbered and kept until acknowledged):
 * WebSockets, their frames and handshakes, and the two logs. Sections 2 to 5 of docs/PROTOCOL.md, from which
 * alone it was written. `client.mjs` extends it; it doesn't read entries.
 */
import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import fs from 'node:fs';
import { decode, encode } from '@msgpack/msgpack';
import WebSocket from 'ws';

export const SUBPROTOCOL = 'remote-mediasoup.v1';

const ACK_MS = 50;
const ACK_ENTRIES = 256;

/**
 * Events: `welcome`, `closed` (code, reason), and `error` where the server's log has a gap. Entries and new
 * beginnings are handed to `take()` and `startOver()`.
 */
export class Logs extends EventEmitter {
  #options;
  #socket;
  #key = randomBytes(16).toString('hex');
  #epoch;
  /** Links so far, and the one whose welcome began the logs. */
  #links = 0;
  #since = 0;
  /** Entries that the server hasn't acknowledged, by their numbers. */
  #unacknowledged = new Map();
  #sent = 0;
  #received = 0;
  #acknowledged = 0;
  #ackTimer;
  #welcomed = false;
  /** The last one. */
  welcome;

  /**
   * @param {object} options
   * @param {string} options.url
   * @param {string} [options.token]
   * @param {string} [options.ca] - PEM file.
   * @param {string} [options.session]
   * @param {string[]} [options.protocols]
   */
  constructor(options) {
    super();
    this.#options = { protocols: [SUBPROTOCOL], ...options };
    this.on('error', () => {});
  }

  get epoch() {
    return this.#epoch;
  }

  get received() {
    return this.#received;
  }

  /** Makes a link. Resolves with the welcome; rejects if there is none. */
  connect() {
    const { url, token, ca, protocols } = this.#options;
    const socket = new WebSocket(url, protocols, {
      headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
      ca: ca && fs.readFileSync(ca),
      perMessageDeflate: false,
    });

    this.#socket = socket;
    this.#welcomed = false;
    ++this.#links;

    return new Promise((resolve, reject) => {
      const fail = (what, details) => {
        reject(Object.assign(new Error(what), details));
      };

      socket.on('open', () => this.#hello());
      socket.on('message', (bytes) => {
        if (socket === this.#socket) {
          this.#frame(decode(bytes));
        }
      });
      socket.on('error', (error) => fail(error.message));
      socket.on('unexpected-response', (_request, response) => {
        let body = '';

        response.setEncoding('utf8');
        response.on('data', (text) => (body += text));
        response.on('end', () =>
          fail(`refused with ${response.statusCode}`, {
            status: response.statusCode,
            body,
          }),
        );
      });
      socket.on('close', (code, reason) => {
        clearTimeout(this.#ackTimer);
        this.#ackTimer = undefined;
        this.emit('closed', code, String(reason));
        fail(`closed with ${code}`, { code });
      });
      this.once('welcome', resolve);
    });
  }

  /** Cuts the link without a word. */
  cut() {
    this.#socket.terminate();
  }

  /** Sends bytes as they are. */
  raw(bytes, options = { binary: true }) {
    this.#socket.send(bytes, options);
  }

  /** The TCP socket below. */
  get tcp() {
    return this.#socket._socket;
  }

  /** Appends an entry to the log and sends it if there is a link. Gives its number. */
  send(entry) {
    const bytes = encode(entry, { ignoreUndefined: true });

    this.#unacknowledged.set(++this.#sent, bytes);

    if (this.#welcomed) {
      this.#entries(this.#sent, [bytes]);
    }

    return this.#sent;
  }

  /**
   * An entry of the server has arrived, the next of its log.
   *
   * @abstract
   * @param {number} _number
   * @param {string | object} _entry
   */
  take(_number, _entry) {
    throw new Error('not implemented');
  }

  /**
   * Both logs have begun.
   *
   * @abstract
   * @param {boolean} _first - Whether there were none before.
   */
  startOver(_first) {
    throw new Error('not implemented');
  }

  #hello() {
    const { session } = this.#options;

    this.#message({
      hello: {
        client: this.#key,
        session,
        link: this.#links,
        resume: this.#epoch && {
          epoch: this.#epoch,
          since: this.#since,
          received: this.#received,
        },
        agent: 'second-client/1.0',
        // A member that the server doesn't know.
        colour: 'blue',
      },
    });
  }

  #message(frame) {
    this.#socket.send(encode(frame, { ignoreUndefined: true }));
  }

  #entries(at, entries) {
    this.#acknowledged = this.#received;
    clearTimeout(this.#ackTimer);
    this.#ackTimer = undefined;
    this.#message({ entries: { at, ack: this.#received, entries } });
  }

  #frame(frame) {
    const [[name, content]] = Object.entries(frame);

    if (name === 'welcome') {
      this.#onWelcome(content);
    } else {
      this.#onEntries(content);
    }
  }

  #onWelcome(welcome) {
    this.welcome = welcome;

    if (welcome.resumed) {
      this.#acknowledge(welcome.received);
    } else {
      this.#since = this.#links;
      this.#beginAgain();
      this.startOver(this.#epoch === undefined);
    }

    this.#epoch = welcome.epoch;
    this.#welcomed = true;

    // Everything that the server hasn't received goes out again.
    for (const [number, bytes] of this.#unacknowledged) {
      this.#entries(number, [bytes]);
    }

    this.emit('welcome', welcome);
  }

  #beginAgain() {
    this.#received = 0;

    if (this.#epoch !== undefined) {
      this.#sent = 0;
      this.#unacknowledged.clear();
    }
  }

  #acknowledge(number) {
    for (const key of this.#unacknowledged.keys()) {
      if (key <= number) {
        this.#unacknowledged.delete(key);
      }
    }
  }

  #onEntries({ at, ack, fresh = false, entries = [] }) {
    this.#acknowledge(ack);

    if (fresh) {
      this.#received = Math.max(this.#received, at - 1);
    }

    for (const [index, bytes] of entries.entries()) {
      const number = at + index;

      if (number <= this.#received) {
        continue;
      }
      if (number !== this.#received + 1) {
        this.emit('error', new Error(`a gap: ${this.#received}, ${number}`));
        this.#socket.close(4000);

        return;
      }

      this.#received = number;
      this.take(number, decode(bytes));
    }

    if (this.#received - this.#acknowledged >= ACK_ENTRIES) {
      this.#entries(0, []);
    } else if (this.#received > this.#acknowledged) {
      this.#ackTimer ??= setTimeout(() => this.#entries(0, []), ACK_MS);
    }
  }
}
