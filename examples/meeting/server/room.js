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
  #observers = new Set();
  /** By id. */
  peers = new Map();

  /**
   * @param {{ id: string, rooms: Map<string, Room>, io: import('socket.io').Server,
   *   media: import('./media').Media, listenInfo: object }} options
   */
  constructor(options) {
    Object.assign(this, options);
  }

  /** By default all are told; one Peer by its id. Each is in two of socket.io's rooms. */
  notify(method, data, { to = `room ${this.id}`, except = [] } = {}) {
    this.io.to(to).except(except).emit('notification', { method, data });
  }

  /** The Router, made for the first who needs it, and again if it is lost. */
  getRouter() {
    this.#router ??= this.#createRouter().catch((error) => {
      this.#router = undefined;
      throw error;
    });
    return this.#router;
  }

  async #createRouter() {
    const worker = await this.media.getWorker();
    const appData = { roomId: this.id };
    const options = { mediaCodecs: MEDIA_CODECS, appData };
    const router = await worker.createRouter(options);
    await router.createActiveSpeakerObserver();
    await router.createAudioLevelObserver(VOLUMES);
    return router;
  }

  keep(router) {
    this.#router ??= router;
    router.observer.on('newtransport', (transport) => {
      const { peerId, displayName } = transport.appData;
      this.enter(peerId, displayName).keep(transport);
    });
    router.observer.on('newrtpobserver', (observer) => this.#listen(observer));
    router.observer.once('close', () => {
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
    observer.on('dominantspeaker', (speaker) =>
      this.notify('activeSpeaker', describe(speaker)),
    );
    observer.on('volumes', (all) => this.notify('volumes', all.map(describe)));
    observer.on('silence', () => this.notify('volumes', []));
  }

  /** The Peer of this id, who may be here already. */
  enter(id, displayName) {
    if (!this.peers.has(id)) {
      const peer = new Peer({ id, displayName, room: this });
      this.peers.set(id, peer);
      this.notify('newPeer', peer.card, { except: id });
    }
    return this.peers.get(id);
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
    return { id: producer.id };
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
