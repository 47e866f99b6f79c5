'use strict';

/**
 * The Worker behind the rooms, wherever it is: one that dies is replaced when a
 * room needs one. And what people are shown of it: its place, its pid, the link to
 * it, and the real Workers that stand behind it if it is a vertical one.
 */

const { EventEmitter } = require('node:events');
const mediasoup = require('remote-mediasoup');

/** How often the load of the Workers is asked for. */
const STATS_INTERVAL_MS = 2000;

/** Events: `router` for each that appears, `change` of `state`, `linkup`. */
class Media extends EventEmitter {
  #url = process.env.REMOTE_MEDIASOUP_URL;
  #worker;
  #link;
  #keep = (worker) => this.#keepWorker(worker);
  #timer = setInterval(() => this.#readStats(), STATS_INTERVAL_MS).unref();

  /** `link` is 'none' where the Worker is a child of this process. */
  state = {
    server: this.#url ? new URL(this.#url).hostname : 'local',
    link: this.#url ? 'down' : 'none',
  };

  async start() {
    mediasoup.observer.on('newworker', this.#keep);
    if (this.#url) {
      await this.#watchLink();
    }
    await this.getWorker();
  }

  /** The Worker of now: after a death it is another one. */
  async getWorker() {
    this.#worker ??= this.#findWorker();
    try {
      return await this.#worker;
    } catch (error) {
      this.#worker = undefined;
      throw error;
    }
  }

  /** A session on a media server may have one already, with rooms in it. */
  async #findWorker() {
    const [found] = this.#url ? (await mediasoup.connect()).workers : [];
    return found ?? mediasoup.createWorker({ logLevel: 'warn' });
  }

  async #watchLink() {
    const { connection } = await mediasoup.connect();
    const up = () => {
      this.#change({ link: 'up' });
      this.emit('linkup');
    };
    const down = () => this.#change({ link: 'down' });
    connection.on('connected', up).on('disconnected', down);
    this.#link = () =>
      connection.off('connected', up).off('disconnected', down);
    this.#change({ link: 'up' });
  }

  #keepWorker(worker) {
    this.#change({ worker: worker.pid, workers: undefined });
    worker.observer.on('newrouter', (router) => this.emit('router', router));
    // A Worker is a process and may die, its rooms with it. Pages come back.
    worker.on('died', (error) => {
      console.error(`mediasoup Worker died: ${error.message}`);
      this.#worker = undefined;
    });
  }

  /** The loads of the real Workers of a vertical one. */
  async #readStats() {
    const worker = await Promise.resolve(this.#worker).catch(() => {});
    if (worker?.closed === false && this.state.link !== 'down') {
      const stats = await worker.stats().catch(() => {});
      if (stats && worker.pid === this.state.worker) {
        const loads = stats.workers.map(({ load }) => Math.round(load));
        this.#change({ workers: loads.length > 1 ? loads : undefined });
      }
    }
  }

  #change(part) {
    const before = JSON.stringify(this.state);
    this.state = { ...this.state, ...part };
    if (JSON.stringify(this.state) !== before) {
      this.emit('change', this.state);
    }
  }

  async close() {
    clearInterval(this.#timer);
    mediasoup.observer.off('newworker', this.#keep);
    this.#link?.();
    (await this.#worker)?.close();
  }
}

module.exports = { Media };
