'use strict';

/**
 * Room of the example meeting: one Router, the people in it, and two RtpObservers that report who speaks. The
 * server creates a Room for the first browser that opens its link.
 *
 * When mediasoup announces an object, `keep()` puts it in its place, by its appData. So it doesn't matter who
 * requested the object: this process, or one before it, whose session on a media server went on without it.
 */

const { Peer } = require('./peer');

const MEDIA_CODECS = [
  { kind: 'audio', mimeType: 'audio/opus', clockRate: 48000, channels: 2 },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90000 },
];

/** Interval of volumes, number of speakers, and the least loudness. */
const VOLUMES = { interval: 800, maxEntries: 8, threshold: -60 };

class Room {
  #router;
  #observers = new Set();
  /** By id. */
  peers = new Map();

  /**
   * @param {string} id
   * @param {{ rooms: Map<string, Room>, media: import('./media').Media,
   *   io: import('socket.io').Server }} meeting
   */
  constructor(id, meeting) {
    Object.assign(this, { id, ...meeting });
  }

  /** Notifies all, or one Peer by its id. Each is in two of socket.io's rooms. */
  notify(method, data, { to = `room ${this.id}`, except = [] } = {}) {
    this.io.to(to).except(except).emit('notification', { method, data });
  }

  /** The Router, made for the first who needs it, and again if it is lost. */
  async getRouter() {
    this.#router ??= this.#createRouter().catch((error) => {
      this.#router = undefined;
      throw error;
    });
    return this.#router;
  }

  async #createRouter() {
    const worker = await this.media.getWorker();
    const appData = { roomId: this.id };
    const router = await worker.createRouter({
      mediaCodecs: MEDIA_CODECS,
      appData,
    });
    await router.createActiveSpeakerObserver();
    await router.createAudioLevelObserver(VOLUMES);
    return router;
  }

  keep(router) {
    this.#router ??= router;
    const { observer } = router;
    observer.on('newtransport', (it) => this.enter(it.appData).keep(it));
    observer.on('newrtpobserver', (it) => this.#listen(it));
    observer.once('close', () => {
      this.#router = undefined;
      this.#observers.clear();
      this.closeIfEmpty();
    });
  }

  #listen(observer) {
    this.#observers.add(observer);
    const describe = ({ producer, volume }) => ({
      peerId: producer.appData.peerId,
      volume,
    });
    observer.on('dominantspeaker', (it) =>
      this.notify('activeSpeaker', describe(it)),
    );
    observer.on('volumes', (all) => this.notify('volumes', all.map(describe)));
    observer.on('silence', () => this.notify('volumes', []));
  }

  /** The Peer of this id, who may be here already. */
  enter({ peerId, displayName }) {
    if (!this.peers.has(peerId)) {
      this.peers.set(peerId, new Peer(this, { peerId, displayName }));
      this.notify('newPeer', { peerId, displayName }, { except: peerId });
    }
    return this.peers.get(peerId);
  }

  leave({ id }) {
    this.peers.delete(id);
    this.notify('peerClosed', { peerId: id });
    this.closeIfEmpty();
  }

  others(peer) {
    return [...this.peers.values()].filter((other) => other !== peer);
  }

  /** Someone sends something new: others receive it, and it is listened to. */
  async offer(owner, producer) {
    this.others(owner).forEach((peer) => peer.receive(producer));
    if (producer.kind === 'audio') {
      const { id: producerId } = producer;
      const observers = [...this.#observers];
      await Promise.all(observers.map((it) => it.addProducer({ producerId })));
    }
  }

  async closeIfEmpty() {
    if (this.peers.size === 0) {
      // Another room may have the id by now.
      if (this.rooms.get(this.id) === this) {
        this.rooms.delete(this.id);
      }
      const router = await Promise.resolve(this.#router).catch(() => {});
      router?.close();
    }
  }
}

module.exports = { Room };
