'use strict';

/**
 * A room: one Router, the people in it, and two observers that say who speaks.
 *
 * What mediasoup makes is put in its place when it appears (`keep()`), by what its
 * appData says. So it doesn't matter who asked for it: this process, or one before
 * it, whose session on a media server went on without it.
 */

const { Peer } = require('./peer');

const MEDIA_CODECS = [
  { kind: 'audio', mimeType: 'audio/opus', clockRate: 48000, channels: 2 },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90000 },
];

/** How often volumes are told, who is counted, and from which loudness on. */
const VOLUMES = { interval: 800, maxEntries: 8, threshold: -60 };

class Room {
  #router;
  #observers = new Map();

  /**
   * @param {object} options
   * @param {string} options.id
   * @param {import('./media').Media} options.media
   * @param {{ ip: string, announcedAddress?: string }} options.listenInfo
   * @param {() => void} options.onEmpty when the last one has left.
   */
  constructor({ id, media, listenInfo, onEmpty }) {
    this.id = id;
    this.media = media;
    this.listenInfo = listenInfo;
    this.onEmpty = onEmpty;
    /** By id. */
    this.peers = new Map();
  }

  /** The Router, made for the first who needs it, and again if it is lost. */
  async getRouter() {
    this.#router ??= this.#createRouter();
    try {
      return await this.#router;
    } catch (error) {
      this.#router = undefined;
      throw error;
    }
  }

  async #createRouter() {
    const worker = await this.media.getWorker();
    const appData = { roomId: this.id };
    const options = { mediaCodecs: MEDIA_CODECS, appData };
    const router = await worker.createRouter(options);
    try {
      await router.createActiveSpeakerObserver();
      await router.createAudioLevelObserver(VOLUMES);
    } catch (error) {
      router.close();
      throw error;
    }
    return router;
  }

  keep(router) {
    this.#router ??= router;
    router.observer.on('newtransport', (transport) => {
      const { peerId: id, displayName } = transport.appData;
      const peer =
        this.peers.get(id) ?? new Peer({ id, displayName, room: this });
      peer.keep(transport);
    });
    router.observer.on('newrtpobserver', (observer) => this.#listen(observer));
    router.observer.once('close', () => {
      this.#router = undefined;
      this.#observers.clear();
      this.closeIfEmpty();
    });
  }

  #listen(observer) {
    this.#observers.set(observer.type, observer);
    observer.on('dominantspeaker', ({ producer }) =>
      this.notify('activeSpeaker', { peerId: producer.appData.peerId }),
    );
    observer.on('volumes', (volumes) =>
      this.notify(
        'volumes',
        volumes.map(({ producer, volume }) => ({
          peerId: producer.appData.peerId,
          volume,
        })),
      ),
    );
    observer.on('silence', () => this.notify('volumes', []));
  }

  /** Someone sends something new. */
  async offer(owner, producer) {
    for (const peer of this.others(owner)) {
      peer.receive(producer);
    }
    if (producer.kind === 'audio') {
      const { id: producerId } = producer;
      for (const observer of this.#observers.values()) {
        await observer.addProducer({ producerId });
      }
    }
  }

  /** Everyone who has joined, save one. */
  others(peer) {
    return [...this.peers.values()].filter(
      (other) => other !== peer && other.hasJoined,
    );
  }

  /** Tells everyone who has joined, save the one that it is about. */
  notify(method, data, about) {
    this.others(about).forEach((peer) => peer.notify(method, data));
  }

  async closeIfEmpty() {
    if (this.peers.size === 0) {
      this.onEmpty();
      const router = await Promise.resolve(this.#router).catch(() => {});
      router?.close();
    }
  }
}

module.exports = { Room };
