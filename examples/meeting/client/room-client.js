/**
 * The page's way into its room: signalling, mediasoup-client's transports, and
 * events that say who is there. It knows nothing of the document.
 *
 * There is one way to begin and to recover: `#agree()` asks what the server has of
 * this page and makes what is missing, on either side. It is done again after
 * everything that may have changed that: a connection, a lost Transport, a failure.
 *
 * Events, with their `detail`:
 *   peerjoined { peerId, displayName }         peerleft { peerId }
 *   track { peerId, source, track, consumerId }
 *   trackended { peerId, source }              paused { peerId, source, paused }
 *   layers { consumerId, spatialLayer, temporalLayer }
 *   speaker { peerId }, volumes [{ peerId, volume }]
 *   chatopen, chatclosed, chat { peerId, text }
 *   media { server, worker, workers, link }    where media is
 *   state 'connecting' | 'joined' | 'away' | 'refused', with { state, reason }
 */

import { Device } from 'mediasoup-client';
import { Signaling } from './signaling.js';

/** A camera is sent as three pictures, each twice as wide as the one before. */
const CAMERA = {
  encodings: [
    { scaleResolutionDownBy: 4, maxBitrate: 150_000 },
    { scaleResolutionDownBy: 2, maxBitrate: 500_000 },
    { scaleResolutionDownBy: 1, maxBitrate: 1_500_000 },
  ],
  codecOptions: { videoGoogleStartBitrate: 1000 },
};
/** Of a screen every letter counts, so there is one size of it. */
const SCREEN = { encodings: [{ maxBitrate: 2_500_000 }] };
/** Silence costs next to nothing. */
const MICROPHONE = { codecOptions: { opusDtx: true } };
const OPTIONS = { camera: CAMERA, screen: SCREEN, microphone: MICROPHONE };

const RETRY_MS = 500;

export class RoomClient extends EventTarget {
  #signaling;
  #device;
  /** By direction: 'send', 'recv'. */
  #transports = {};
  /** What is to be sent, by source: `{ track, paused }`. */
  #wishes = new Map();
  /** What is sent, by source; 'chat' is a DataProducer. */
  #producers = new Map();
  /** What is received, by id: `{ peerId, source, type, consumer }`. */
  #consumers = new Map();
  #peers = new Set();
  #isStale = false;
  #isAgreeing = false;
  #hasLeft = false;
  /** Who we are to others, once we have joined. */
  peerId;

  constructor({ roomId, displayName }) {
    super();
    // By its key the server knows the page again.
    const auth = { roomId, displayName, key: makeKey() };
    this.#signaling = new Signaling(auth);
    const on = (type, handle) =>
      this.#signaling.addEventListener(type, ({ detail }) => handle(detail));
    on('open', () => this.#recover('connecting'));
    on('lost', () => this.#tell('away'));
    on('refused', ({ message }) => this.#tell('refused', message));
    on('notification', ({ method, data }) => this.#notified[method]?.(data));
  }

  /** Sends a track as 'microphone', 'camera' or 'screen'. */
  send(source, track, { paused = false } = {}) {
    this.#wishes.set(source, { track, paused });
    this.#recover();
  }

  stop(source) {
    this.#wishes.delete(source);
    const producer = this.#producers.get(source);
    this.#producers.delete(source);
    if (producer) {
      producer.close();
      this.#request('closeProducer', { producerId: producer.id }).catch(() =>
        this.#recover(),
      );
    }
  }

  setPaused(source, paused) {
    const wish = this.#wishes.get(source);
    const producer = this.#producers.get(source);
    if (wish) {
      wish.paused = paused;
    }
    if (producer) {
      this.#pause(producer, paused).catch(() => this.#recover());
    }
  }

  async #pause(producer, paused) {
    paused ? producer.pause() : producer.resume();
    const data = { producerId: producer.id };
    await this.#request(paused ? 'pause' : 'resume', data);
  }

  say(text) {
    this.#producers.get('chat').send(text);
  }

  /** @param {0 | 1 | 2} spatialLayer how large a picture should be. */
  async preferLayer(consumerId, spatialLayer) {
    const received = this.#consumers.get(consumerId);
    if (received?.type === 'simulcast' && received.layer !== spatialLayer) {
      received.layer = spatialLayer;
      const data = { consumerId, spatialLayer };
      await this.#request('setConsumerPreferredLayers', data).catch(() => {
        received.layer = undefined;
      });
    }
  }

  /** Finds another way for media, as after a change of networks. */
  async restartIce() {
    await Promise.all(Object.values(this.#transports).map(this.#restartIce));
  }

  #restartIce = async (transport) => {
    try {
      const transportId = transport.id;
      const { iceParameters } = await this.#request('restartIce', {
        transportId,
      });
      await transport.restartIce({ iceParameters });
    } catch {
      this.#recover();
    }
  };

  /** Bytes so far: `{ sent, received }`, Maps by source and by Consumer's id. */
  async countBytes() {
    const read = async (direction, type, field) => {
      const transport = this.#transports[direction];
      const report = transport?.closed
        ? undefined
        : await transport?.getStats();
      const bytes = new Map();
      for (const stat of [...(report?.values() ?? [])]) {
        if (stat.type === type) {
          bytes.set(stat.mid, (bytes.get(stat.mid) ?? 0) + stat[field]);
        }
      }
      return ([key, { localId }]) => [key, bytes.get(localId) ?? 0];
    };
    const sentBy = await read('send', 'outbound-rtp', 'bytesSent');
    const receivedBy = await read('recv', 'inbound-rtp', 'bytesReceived');
    const received = [...this.#consumers]
      .filter(([, { consumer }]) => consumer?.track)
      .map(([id, { consumer }]) => receivedBy([id, consumer]));
    return {
      sent: new Map([...this.#producers].map(sentBy)),
      received: new Map(received),
    };
  }

  leave() {
    this.#hasLeft = true;
    this.#signaling.close();
    Object.values(this.#transports).forEach((transport) => transport.close());
  }

  #notified = {
    newPeer: (peer) => this.#addPeer(peer),
    peerClosed: ({ peerId }) => this.#removePeer(peerId),
    newConsumer: (description) => this.#receive(description),
    consumerClosed: ({ consumerId }) => this.#forget(consumerId),
    consumerPaused: ({ consumerId }) => this.#showPaused(consumerId, true),
    consumerResumed: ({ consumerId }) => this.#showPaused(consumerId, false),
    layersChanged: (layers) => this.#emit('layers', layers),
    activeSpeaker: (speaker) => this.#emit('speaker', speaker),
    volumes: (volumes) => this.#emit('volumes', volumes),
    media: (media) => this.#emit('media', media),
    transportClosed: ({ transportId }) => {
      const transports = Object.values(this.#transports);
      transports.find(({ id }) => id === transportId)?.close();
      this.#recover('connecting');
    },
  };

  /** Agrees with the server, again and again until that was possible. */
  async #recover(state) {
    this.#isStale = true;
    if (state) {
      this.#tell(state);
    }
    if (this.#isAgreeing) {
      return;
    }
    this.#isAgreeing = true;
    while (this.#isStale && this.#signaling.isOpen && !this.#hasLeft) {
      this.#isStale = false;
      try {
        await this.#agree();
        this.#tell('joined');
      } catch (error) {
        console.warn('Trying again:', error);
        this.#isStale = true;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    this.#isAgreeing = false;
  }

  async #agree() {
    const known = await this.#request('join');
    this.peerId = known.peerId;
    this.#emit('media', known.media);
    const present = new Set(known.peers.map(({ peerId }) => peerId));
    [...this.#peers]
      .filter((peerId) => !present.has(peerId))
      .forEach((peerId) => this.#removePeer(peerId));
    known.peers.forEach((peer) => this.#addPeer(peer));

    const { routerRtpCapabilities } = known;
    this.#device ??= await Device.factory();
    if (!this.#device.loaded) {
      await this.#device.load({ routerRtpCapabilities });
    }
    if (await this.#provideTransport('recv', known)) {
      const ids = new Set(known.consumers.map(({ consumerId }) => consumerId));
      [...this.#consumers.keys()]
        .filter((id) => !ids.has(id))
        .forEach((id) => this.#forget(id));
      known.consumers.forEach((description) => this.#receive(description));
    }
    await this.#provideTransport('send', known);
    for (const [source, wish] of this.#wishes) {
      await this.#provideProducer(source, wish, known);
    }
    await this.#provideChat(known);
    const sent = new Set([...this.#producers.values()].map(({ id }) => id));
    for (const { producerId } of known.producers) {
      // What was stopped while the server was away; what is replaced is gone.
      if (!sent.has(producerId)) {
        await this.#request('closeProducer', { producerId }).catch(() => {});
      }
    }
  }

  /** Answers whether there is one already. */
  async #provideTransport(direction, { transportIds }) {
    const old = this.#transports[direction];
    if (old && !old.closed && transportIds.includes(old.id)) {
      return true;
    }
    old?.close();
    const { recvRtpCapabilities: rtpCapabilities } = this.#device;
    const data = {
      direction,
      ...(direction === 'recv' && { rtpCapabilities }),
    };
    const options = await this.#request('createWebRtcTransport', data);
    const transport =
      direction === 'send'
        ? this.#device.createSendTransport(options)
        : this.#device.createRecvTransport(options);
    if (direction === 'recv') {
      // What came by the old one comes again by this.
      [...this.#consumers.keys()].forEach((id) => this.#forget(id));
    }
    this.#transports[direction] = transport;
    this.#answer(transport);
    return false;
  }

  /** mediasoup-client says what it needs of the server, and waits for `done`. */
  #answer(transport) {
    const { id: transportId } = transport;
    const ask = (method, data, done, fail) =>
      this.#request(method, { transportId, ...data }).then(done, fail);
    transport.on('connect', ({ dtlsParameters }, done, fail) =>
      ask('connect', { dtlsParameters }, done, (error) => {
        // Nobody knows whether it is connected now: another one is needed.
        fail(error);
        transport.close();
        this.#recover();
      }),
    );
    transport.on('produce', ({ rtpParameters, appData }, done, fail) =>
      ask('produce', { rtpParameters, ...appData }, done, fail),
    );
    transport.on('producedata', ({ sctpStreamParameters }, done, fail) =>
      ask('produceData', { sctpStreamParameters }, done, fail),
    );
    transport.on('connectionstatechange', (state) => {
      if (state === 'disconnected') {
        this.#restartIce(transport);
      } else if (state === 'failed') {
        transport.close();
        this.#recover('connecting');
      }
    });
  }

  async #provideProducer(source, wish, { producers }) {
    const { track } = wish;
    let producer = this.#producers.get(source);
    const there = producers.find(
      ({ producerId }) => producerId === producer?.id,
    );
    let isPausedThere = there?.paused;
    if (!there || producer.closed) {
      if (
        !this.#device.canProduce(track.kind) ||
        track.readyState === 'ended'
      ) {
        return;
      }
      isPausedThere = wish.paused;
      producer?.close();
      producer = await this.#transports.send.produce({
        track,
        stopTracks: false,
        appData: { source, paused: wish.paused },
        ...OPTIONS[source],
      });
      this.#producers.set(source, producer);
    }
    if (this.#wishes.get(source) !== wish) {
      // Meanwhile it is to be something else, or nothing.
      this.stop(source);
      this.#isStale = true;
    } else if (isPausedThere !== wish.paused) {
      await this.#pause(producer, wish.paused);
    }
  }

  async #provideChat({ producers }) {
    const old = this.#producers.get('chat');
    const isThere = producers.some(({ producerId }) => producerId === old?.id);
    if (!isThere || old.closed) {
      old?.close();
      const chat = await this.#transports.send.produceData();
      this.#producers.set('chat', chat);
      chat.on('transportclose', () => this.#emit('chatclosed'));
      const opened = () => this.#emit('chatopen');
      chat.readyState === 'open' ? opened() : chat.on('open', opened);
    }
  }

  #addPeer({ peerId, displayName }) {
    if (!this.#peers.has(peerId)) {
      this.#peers.add(peerId);
      this.#emit('peerjoined', { peerId, displayName });
    }
  }

  #removePeer(peerId) {
    this.#peers.delete(peerId);
    for (const [consumerId, received] of this.#consumers) {
      if (received.peerId === peerId) {
        this.#forget(consumerId);
      }
    }
    this.#emit('peerleft', { peerId });
  }

  async #receive({ consumerId: id, peerId, source, producerPaused, ...more }) {
    const received = { peerId, source, type: more.type };
    if (this.#consumers.has(id)) {
      this.#showPaused(id, producerPaused);
      this.#resume(id, more);
      return;
    }
    this.#consumers.set(id, received);
    const { recv } = this.#transports;
    const { producerId: dataProducerId } = more;
    const isChat = source === 'chat';
    try {
      const consumer = isChat
        ? await recv.consumeData({ id, dataProducerId, ...more })
        : await recv.consume({ id, ...more });
      if (this.#consumers.get(id) !== received) {
        consumer.close();
        return;
      }
      received.consumer = consumer;
    } catch (error) {
      if (this.#consumers.get(id) === received) {
        console.warn(`Nothing is received of ${source}:`, error);
        this.#consumers.delete(id);
      }
      return;
    }
    const { consumer } = received;
    if (isChat) {
      consumer.on('message', (text) => this.#emit('chat', { peerId, text }));
      return;
    }
    // Whoever shows it says now how large, which is asked for before a picture is.
    const { track } = consumer;
    this.#emit('track', { peerId, source, track, consumerId: id });
    this.#showPaused(id, producerPaused);
    this.#emit('layers', { consumerId: id, ...more.layers });
    this.#resume(id, more);
  }

  /** A Consumer begins paused; whether we have heard of it, the server can't know. */
  #resume(consumerId, { paused }) {
    if (paused) {
      this.#request('resume', { consumerId }).catch(() => this.#recover());
    }
  }

  #showPaused(consumerId, paused) {
    const received = this.#consumers.get(consumerId);
    if (received && received.source !== 'chat') {
      const { peerId, source } = received;
      this.#emit('paused', { peerId, source, paused });
    }
  }

  #forget(consumerId) {
    const received = this.#consumers.get(consumerId);
    this.#consumers.delete(consumerId);
    if (received?.consumer) {
      const { peerId, source, consumer } = received;
      consumer.close();
      this.#emit('trackended', { peerId, source });
    }
  }

  #request(method, data) {
    return this.#signaling.request(method, data);
  }

  #tell(state, reason) {
    this.#emit('state', { state, reason });
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

function makeKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
}
