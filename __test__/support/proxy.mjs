/**
 * TCP proxy between client and server, for tests and benchmarks of links: it delays, cuts at any byte, and
 * goes silent with the sockets still open, as networks do. It never reorders, and it changes no byte.
 *
 * "up" is from the client to the server, "down" the other way.
 */
import { once } from 'node:events';
import net from 'node:net';

/** Chunks up to this size say nothing new: WebSocket's and the protocol's bare acknowledgements. */
const SMALL_TALK_BYTES = 128;

export class Proxy {
  #server;
  #connections = new Set();
  #random;
  #delayMs;
  #target;
  #open = true;
  /** Direction of the last chunk: a change of direction is half a round trip. */
  #lastWasDown = true;

  /** Bytes that were handed on. */
  bytes = { up: 0, down: 0 };
  /** Times at which the client had something to say after it had heard something. */
  roundTrips = 0;
  /** Connections so far. */
  accepted = 0;
  cuts = 0;

  /**
   * @param {object} options
   * @param {number} options.target - Port on 127.0.0.1.
   * @param {{ below(limit: number): number }} options.random - Seeded.
   * @param {number} [options.delayMs] - Each way.
   * @returns {Promise<Proxy>}
   */
  static async start(options) {
    const proxy = new Proxy(options);

    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');

    return proxy;
  }

  /** Use `Proxy.start()`. */
  constructor({ target, random, delayMs = 0 }) {
    this.#target = target;
    this.#random = random;
    this.#delayMs = delayMs;
    this.#server = net.createServer((socket) => this.#accept(socket));
  }

  get port() {
    return this.#server.address().port;
  }

  /** Connections that are open now. */
  get connected() {
    return this.#connections.size;
  }

  set delayMs(delayMs) {
    this.#delayMs = delayMs;
  }

  /** Cuts every connection, now. What is on its way in the proxy is lost. */
  cut() {
    for (const connection of this.#connections) {
      connection.end(this.#random.below(2) === 0);
    }
  }

  /**
   * Cuts every connection when so many more bytes have passed in one direction: in the midst of a
   * message, of a header, or of TLS's own words.
   *
   * @param {number} bytes
   * @param {'up' | 'down'} direction
   */
  cutAfter(bytes, direction) {
    for (const connection of this.#connections) {
      connection.lanes[direction].cutAfter(bytes);
    }
  }

  /** From now on, it swallows what comes over the present connections, without a sign. */
  swallow({ up = true, down = true } = {}) {
    for (const { lanes } of this.#connections) {
      lanes.up.silent ||= up;
      lanes.down.silent ||= down;
    }
  }

  /** Cuts every connection and refuses new ones until `open()`. */
  block() {
    this.#open = false;
    this.cut();
  }

  open() {
    this.#open = true;
  }

  async close() {
    this.#server.close();
    this.block();
    await once(this.#server, 'close');
  }

  #accept(client) {
    if (!this.#open) {
      client.resetAndDestroy();

      return;
    }

    ++this.accepted;

    const server = net.connect(this.#target, '127.0.0.1');
    const connection = {
      lanes: {
        up: new Lane(client, server, {
          delayMs: () => this.#delayMs,
          count: (length) => this.#count('up', length),
          cut: () => connection.end(false),
        }),
        down: new Lane(server, client, {
          delayMs: () => this.#delayMs,
          count: (length) => this.#count('down', length),
          cut: () => connection.end(false),
        }),
      },
      end: (hard) => {
        if (!this.#connections.delete(connection)) {
          return;
        }

        ++this.cuts;

        for (const socket of [client, server]) {
          if (hard) {
            socket.resetAndDestroy();
          } else {
            socket.destroy();
          }
        }
      },
    };

    this.#connections.add(connection);

    for (const [socket, other] of [
      [client, server],
      [server, client],
    ]) {
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#connections.delete(connection);
        other.destroy();
      });
    }
  }

  #count(direction, length) {
    this.bytes[direction] += length;

    if (length <= SMALL_TALK_BYTES) {
      return;
    }
    if (direction === 'up' && this.#lastWasDown) {
      ++this.roundTrips;
    }

    this.#lastWasDown = direction === 'down';
  }
}

/** One direction of a connection. */
class Lane {
  #from;
  #to;
  #hooks;
  /** Chunks under way, each with the time at which it arrives. */
  #waiting = [];
  #timer;
  #left = Infinity;

  silent = false;

  constructor(from, to, hooks) {
    this.#from = from;
    this.#to = to;
    this.#hooks = hooks;
    from.on('data', (chunk) => this.#take(chunk));
    from.on('end', () => this.#take(null));
    from.on('close', () => clearTimeout(this.#timer));
    to.on('drain', () => from.resume());
  }

  cutAfter(bytes) {
    this.#left = Math.min(this.#left, bytes);
  }

  #take(chunk) {
    if (this.silent) {
      return;
    }

    const delayMs = this.#hooks.delayMs();

    if (delayMs === 0 && this.#waiting.length === 0) {
      this.#give(chunk);

      return;
    }

    this.#waiting.push({ chunk, at: performance.now() + delayMs });
    this.#timer ??= setTimeout(() => this.#deliver(), delayMs);
  }

  #deliver() {
    const now = performance.now();

    while (this.#waiting.length > 0 && this.#waiting[0].at <= now) {
      this.#give(this.#waiting.shift().chunk);
    }

    this.#timer =
      this.#waiting.length > 0
        ? setTimeout(() => this.#deliver(), this.#waiting[0].at - now)
        : undefined;
  }

  #give(chunk) {
    if (this.silent || this.#to.destroyed) {
      return;
    }
    if (chunk === null) {
      this.#to.end();

      return;
    }

    const part =
      chunk.length < this.#left ? chunk : chunk.subarray(0, this.#left);

    this.#left -= part.length;
    this.#hooks.count(part.length);

    if (this.#left === 0) {
      // The last bytes are to arrive: that is what makes the offset exact.
      this.#to.write(part, () => setImmediate(this.#hooks.cut));
    } else if (!this.#to.write(part)) {
      this.#from.pause();
    }
  }
}
