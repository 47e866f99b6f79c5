'use strict';

/**
 * The media side of a meeting: a Room is a Router and the people in it, a Peer
 * is one of them, with a Transport to send on and one to receive on.
 *
 * Nothing here knows of sockets. A browser's requests are a Peer's methods; what
 * a browser should hear of goes through `send(event, data)`.
 *
 * What mediasoup makes is put in its place when it appears (`keep()`), by what
 * its appData says. So it doesn't matter who asked for it: this process, or one
 * before it, whose session on a media server went on without it.
 */

const MEDIA_CODECS = [
  { kind: 'audio', mimeType: 'audio/opus', clockRate: 48000, channels: 2 },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90000 },
];

/** A header extension that must not be offered: see Peer.enter(). */
const ABS_CAPTURE_TIME =
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time';

/** Bits per second assumed of the way to a browser until they are measured. */
const INITIAL_OUTGOING_BITRATE = 1_000_000;

/** How long someone may be gone before others are told: pages come back. */
const PATIENCE_MS = 15_000;

class Room {
  /**
   * @param {object} options
   * @param {string} options.id
   * @param {() => Promise<import('remote-mediasoup').types.Worker>} options.getWorker
   * @param {{ ip: string, announcedAddress?: string }} options.listenInfo
   * @param {() => void} options.onEmpty when the last one has left.
   */
  constructor({ id, getWorker, listenInfo, onEmpty }) {
    this.id = id;
    this.getWorker = getWorker;
    this.listenInfo = listenInfo;
    this.onEmpty = onEmpty;
    /** By id. */
    this.peers = new Map();
  }

  /** The Router, which is made for the first who needs it. */
  async getRouter() {
    this.router ??= this.#createRouter();
    try {
      return await this.router;
    } catch (error) {
      this.router = undefined;
      throw error;
    }
  }

  async #createRouter() {
    const worker = await this.getWorker();
    const appData = { roomId: this.id };
    return worker.createRouter({ mediaCodecs: MEDIA_CODECS, appData });
  }

  keep(router) {
    this.router = router;
    router.observer.on('newtransport', (transport) => {
      const { peerId: id, name } = transport.appData;
      const peer = this.peers.get(id) ?? new Peer({ id, name, room: this });
      peer.keep(transport);
    });
  }

  /** Tells everyone who has joined, save the one that it is about. */
  broadcast(about, event, data) {
    for (const peer of this.peers.values()) {
      if (peer !== about) {
        peer.send?.(event, { peerId: about.id, ...data });
      }
    }
  }

  async closeIfEmpty() {
    if (this.peers.size === 0) {
      this.onEmpty();
      const router = await Promise.resolve(this.router).catch(() => {});
      router?.close();
    }
  }
}

class Peer {
  /** What a browser may ask for. */
  static requests = [
    'enter',
    'connectTransport',
    'join',
    'produce',
    'produceData',
    'setPaused',
    'consume',
    'consumeData',
    'resumeConsumer',
    'setPreferredLayers',
  ];

  #connection;
  #leaving;
  #closed = false;
  #previous = Promise.resolve();

  constructor({ id, name, room }) {
    this.id = id;
    this.name = name;
    this.room = room;
    /** By direction, as the browser sees it: 'send' and 'recv'. */
    this.transports = {};
    /** By kind, one of each: 'audio', 'video', and 'chat', a DataProducer. */
    this.producers = new Map();
    this.consumers = new Map();
    room.peers.set(id, this);
    this.disconnect();
  }

  /** A browser is there, perhaps again. It hears of others when it has joined. */
  connect(send) {
    clearTimeout(this.#leaving);
    this.#connection = send;
    this.send = undefined;
  }

  /** It is gone, unless it has come back by another connection already. */
  disconnect(send, patienceMs = PATIENCE_MS) {
    if (this.#connection === send) {
      this.send = undefined;
      this.#leaving = setTimeout(() => this.do('close'), patienceMs).unref();
    }
  }

  /**
   * Does what a browser asks, one request at a time and in their order, and its
   * leaving last of all: no method has to think of what else is going on.
   */
  do(request, data) {
    const result = this.#previous.then(() => {
      if (this.#closed) {
        throw new Error('left already');
      }
      return this[request](data);
    });
    this.#previous = result.catch(() => {});
    return result;
  }

  /** What a browser needs to prepare its own side. */
  async enter() {
    if (this.transports.send) {
      throw new Error('entered already');
    }
    const router = await this.room.getRouter();
    const { codecs, headerExtensions } = router.rtpCapabilities;
    // Browsers agree to abs-capture-time and then may never send it. Without it
    // the Worker doesn't switch simulcast layers, so nobody is offered it.
    const routerRtpCapabilities = {
      codecs,
      headerExtensions: headerExtensions.filter(
        ({ uri }) => uri !== ABS_CAPTURE_TIME,
      ),
    };
    return {
      routerRtpCapabilities,
      send: await this.#createTransport(router, 'send'),
      recv: await this.#createTransport(router, 'recv'),
    };
  }

  async #createTransport(router, direction) {
    const transport = await router.createWebRtcTransport({
      // Media wants UDP; TCP is for networks that let nothing else out.
      listenInfos: [
        { protocol: 'udp', ...this.room.listenInfo },
        { protocol: 'tcp', ...this.room.listenInfo },
      ],
      enableSctp: true,
      initialAvailableOutgoingBitrate: INITIAL_OUTGOING_BITRATE,
      appData: { peerId: this.id, name: this.name, direction },
    });
    return {
      id: transport.id,
      iceParameters: transport.iceParameters,
      iceCandidates: transport.iceCandidates,
      dtlsParameters: transport.dtlsParameters,
      sctpParameters: transport.sctpParameters,
    };
  }

  keep(transport) {
    this.transports[transport.appData.direction] = transport;
    transport.observer.on('newproducer', (producer) => {
      this.producers.set(producer.kind, producer);
    });
    transport.observer.on('newdataproducer', (dataProducer) => {
      this.producers.set(dataProducer.label, dataProducer);
    });
    transport.observer.on('newconsumer', (consumer) => {
      this.consumers.set(consumer.id, consumer);
      consumer.on('producerclose', () => this.consumers.delete(consumer.id));
    });
  }

  async connectTransport({ direction, dtlsParameters }) {
    await this.transports[direction].connect({ dtlsParameters });
  }

  /** Who has told what it decodes has joined. */
  get rtpCapabilities() {
    return this.transports.recv?.appData.rtpCapabilities;
  }

  /**
   * From now on peers hear of each other. Answers who has joined before. A
   * browser whose connection broke joins again, and goes on with what it has.
   */
  join({ rtpCapabilities }) {
    if (!this.transports.recv) {
      throw new Error('not entered');
    }
    const others = [...this.room.peers.values()].filter(
      (peer) => peer !== this && peer.rtpCapabilities,
    );
    this.transports.recv.appData.rtpCapabilities = rtpCapabilities;
    this.send = this.#connection;
    this.room.broadcast(this, 'peerJoined', { name: this.name });
    return others.map(({ id, name, producers }) => ({
      peerId: id,
      name,
      producers: [...producers].map(describe),
    }));
  }

  async produce({ kind, rtpParameters, paused }) {
    const options = { kind, rtpParameters, paused };
    return this.#add(kind, () => this.transports.send.produce(options));
  }

  /** Chat goes the way of media: through the Worker, here over SCTP. */
  async produceData({ sctpStreamParameters }) {
    const options = { sctpStreamParameters, label: 'chat' };
    return this.#add('chat', () => this.transports.send.produceData(options));
  }

  async #add(kind, produce) {
    if (this.producers.has(kind)) {
      throw new Error(`${kind} is sent already`);
    }
    const producer = await produce();
    this.room.broadcast(this, 'newProducer', describe([kind, producer]));
    return { id: producer.id };
  }

  /** Microphone or camera off, or on again. */
  async setPaused({ kind, paused }) {
    const producer = this.producers.get(kind);
    await (paused ? producer.pause() : producer.resume());
    this.room.broadcast(this, 'paused', { kind, paused });
  }

  /**
   * The Consumer begins paused, so that no packet, and above all no key frame,
   * is sent before the browser is ready for it.
   */
  async consume({ producerId }) {
    const { rtpCapabilities, transports } = this;
    const options = { producerId, rtpCapabilities, paused: true };
    const consumer = await transports.recv.consume(options);
    const { id, kind, rtpParameters } = consumer;
    return { id, producerId, kind, rtpParameters };
  }

  async consumeData({ producerId: dataProducerId }) {
    const options = { dataProducerId };
    const dataConsumer = await this.transports.recv.consumeData(options);
    const { id, sctpStreamParameters } = dataConsumer;
    return { id, dataProducerId, sctpStreamParameters };
  }

  async resumeConsumer({ consumerId }) {
    await this.consumers.get(consumerId).resume();
  }

  /** How large a picture is wanted: which of the layers of its simulcast. */
  async setPreferredLayers({ consumerId, spatialLayer }) {
    await this.consumers.get(consumerId).setPreferredLayers({ spatialLayer });
  }

  /** What a Peer sends and receives is closed with its Transports. */
  close() {
    this.#closed = true;
    this.room.peers.delete(this.id);
    Object.values(this.transports).forEach((transport) => transport.close());
    this.room.broadcast(this, 'peerLeft');
    this.room.closeIfEmpty();
  }
}

/** What others need to know of something that a Peer sends. */
function describe([kind, producer]) {
  return { kind, producerId: producer.id, paused: producer.paused };
}

module.exports = { Peer, Room };
