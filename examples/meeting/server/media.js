'use strict';

/**
 * The Worker of the example meeting, on this machine or on a server. Rooms get their Routers from it; it
 * creates a new Worker when a room needs one and the old one died. Its `state` (place, pid, link to the
 * server) is what pages show.
 */

const { EventEmitter } = require('node:events');
const os = require('node:os');
const mediasoup = require('remote-mediasoup');

/** Events: `router` for each that appears, `change` of `state`. */
class Media extends EventEmitter {
  #url;
  #worker;

  constructor({ url, listenIp, announcedAddress }) {
    super();
    this.#url = url;
    /** `link` is 'none' where the Worker is a child of this process. */
    this.state = {
      server: url ? new URL(url).hostname : 'local',
      link: url ? 'up' : 'none',
    };
    // A media server knows its own address; a Worker that listens everywhere doesn't.
    const ip = url ? '0.0.0.0' : listenIp;
    const own = !url && ip === '0.0.0.0' ? localAddress() : undefined;
    /** Address that it listens on for media, and the announced one if that differs. */
    this.listenInfo = { ip, announcedAddress: announcedAddress ?? own };
  }

  async start() {
    mediasoup.observer.on('newworker', (worker) => this.#keep(worker));
    if (this.#url) {
      const { connection } = await mediasoup.connect();
      connection.on('connected', () => this.#show({ link: 'up' }));
      connection.on('disconnected', () => this.#show({ link: 'down' }));
    }
    await this.getWorker();
  }

  /** The Worker of now: after a death it is another one. */
  async getWorker() {
    this.#worker ??= this.#findWorker().catch((error) => {
      this.#worker = undefined;
      throw error;
    });
    return this.#worker;
  }

  /** A session on a media server may have one already, with rooms in it. */
  async #findWorker() {
    const [found] = this.#url ? (await mediasoup.connect()).workers : [];
    return found ?? mediasoup.createWorker({ logLevel: 'warn' });
  }

  #keep(worker) {
    this.#show({ worker: worker.pid });
    worker.observer.on('newrouter', (router) => this.emit('router', router));
    // A Worker is a process and may die, its rooms with it. Pages come back.
    worker.on('died', ({ message }) => {
      console.error(`mediasoup Worker died: ${message}`);
      this.#worker = undefined;
    });
  }

  #show(part) {
    Object.assign(this.state, part);
    this.emit('change', this.state);
  }

  async close() {
    (await this.getWorker()).close();
  }
}

/** Address by which other machines reach this one. */
function localAddress() {
  const addresses = Object.values(os.networkInterfaces()).flat();
  return (
    addresses.find((it) => it.family === 'IPv4' && !it.internal)?.address ??
    '127.0.0.1'
  );
}

module.exports = { Media, localAddress };
