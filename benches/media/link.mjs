/**
 * Link of UDP between a worker and a browser that loses packets or is narrow, towards the browser alone.
 *
 * The comparison of browsers puts it before a transport: the browser sends to the link's port.
 */
import dgram from 'node:dgram';
import { once } from 'node:events';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { Random } = require('../../__test__/support/random.js');

/** Most time that a packet waits in a narrow link's queue; later ones are lost. */
const QUEUE_MS = 200;

/** Chances are drawn in so many parts. */
const PARTS = 10_000;

export class Link {
  #outer = dgram.createSocket('udp4');
  /** Sockets towards the worker, one for each address of the browser: it tries several. */
  #inner = new Map();
  #random = new Random(1);
  #loss;
  #bitrate;
  #freeAt = 0;
  /** Packets on their way, the next to arrive first. */
  #waiting = [];
  #timer;

  /**
   * @param {object} options
   * @param {number} [options.loss] - Share of the packets that are lost.
   * @param {number} [options.bitrate] - Bits per second.
   */
  constructor({ loss = 0, bitrate = Infinity }) {
    this.#loss = loss * PARTS;
    this.#bitrate = bitrate;
  }

  /** Listens, and returns the port for the browser. */
  async open(workerPort) {
    this.#outer.on('message', (packet, browser) => {
      const name = `${browser.address}:${browser.port}`;

      if (!this.#inner.has(name)) {
        this.#inner.set(name, this.#towardsWorker(browser));
      }
      this.#inner.get(name).send(packet, workerPort, '127.0.0.1');
    });
    this.#outer.bind(0, '127.0.0.1');
    await once(this.#outer, 'listening');

    return this.#outer.address().port;
  }

  close() {
    clearTimeout(this.#timer);
    for (const socket of [this.#outer, ...this.#inner.values()]) {
      socket.close();
    }
  }

  #towardsWorker(browser) {
    const socket = dgram.createSocket('udp4');

    socket.on('message', (packet) => this.#toBrowser(packet, browser));

    return socket;
  }

  #toBrowser(packet, browser) {
    const now = performance.now();
    const free = Math.max(now, this.#freeAt);

    if (this.#random.below(PARTS) < this.#loss || free - now > QUEUE_MS) {
      return;
    }

    this.#freeAt = free + (packet.length * 8_000) / this.#bitrate;
    this.#waiting.push({ packet, browser, at: this.#freeAt });
    this.#deliver();
  }

  /** Sends what has arrived, in order: timers of single packets would overtake each other. */
  #deliver() {
    const now = performance.now();

    while (this.#waiting.length > 0 && this.#waiting[0].at <= now) {
      const { packet, browser } = this.#waiting.shift();

      this.#outer.send(packet, browser.port, browser.address);
    }

    clearTimeout(this.#timer);
    if (this.#waiting.length > 0) {
      this.#timer = setTimeout(
        () => this.#deliver(),
        this.#waiting[0].at - now,
      );
    }
  }
}
