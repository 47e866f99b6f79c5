'use strict';

/**
 * The Worker behind the rooms, wherever it is: one that dies is replaced when a
 * room needs one. And what people are shown of it: its place, its pid, the link to it.
 */

const { EventEmitter } = require('node:events');
const mediasoup = require('remote-mediasoup');

/** Events: `router` for each that appears, `change` of `state`. */
class Media extends EventEmitter {
  #url = process.env.REMOTE_MEDIASOUP_URL;
  #worker;
  #keep = (worker) => this.#keepWorker(worker);

  /** `link` is 'none' where the Worker is a child of this process. */
  state = {
    server: this.#url ? new URL(this.#url).hostname : 'local',
    link: this.#url ? 'down' : 'none',
  };

  async start() {
    mediasoup.observer.on('newworker', this.#keep);
    if (this.#url) {
      const { connection } = await mediasoup.connect();
      connection.on('connected', () => this.#show({ link: 'up' }));
      connection.on('disconnected', () => this.#show({ link: 'down' }));
      this.#show({ link: 'up' });
    }
    await this.getWorker();
  }

  /** The Worker of now: after a death it is another one. */
  getWorker() {
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

  #keepWorker(worker) {
    this.#show({ worker: worker.pid });
    worker.observer.on('newrouter', (router) => this.emit('router', router));
    // A Worker is a process and may die, its rooms with it. Pages come back.
    worker.on('died', (error) => {
      console.error(`mediasoup Worker died: ${error.message}`);
      this.#worker = undefined;
    });
  }

  #show(part) {
    Object.assign(this.state, part);
    this.emit('change', this.state);
  }

  async close() {
    mediasoup.observer.off('newworker', this.#keep);
    (await this.#worker)?.close();
  }
}

module.exports = { Media };
