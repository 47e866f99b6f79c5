'use strict';

/**
 * The media side of a meeting: a Room is a Router and the people in it, a Peer
 * is one of them, with a Transport to send on and one to receive on.
 *
 * Nothing here knows of sockets. A browser's requests are a Peer's methods; what
 * a browser should hear of goes through `send(event, data)`.
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

class Room {
  /**
   * @param {object} options
   * @param {Promise<import('remote-mediasoup').types.Worker>} options.worker
   * @param {{ ip: string, announcedAddress?: string }} options.listenInfo
   */
  constructor({ worker, listenInfo }) {
    const mediaCodecs = MEDIA_CODECS;
    this.router = worker.then((worker) => worker.createRouter({ mediaCodecs }));
    // Who needs the Router hears that there is none; the server lives on.
    this.router.catch(() => {});
    this.listenInfo = listenInfo;
    this.peers = new Set();
  }

  /** Tells everyone who has joined, save the one that it is about. */
  broadcast(about, event, data) {
    for (const peer of this.peers) {
      if (peer !== about && peer.rtpCapabilities) {
        peer.send(event, { peerId: about.id, ...data });
      }
    }
  }

  close() {
    this.router.then((router) => router.close()).catch(() => {});
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

  constructor({ id, name, room, send }) {
    this.id = id;
    this.name = name;
    this.room = room;
    this.send = send;
    /** By direction, as the browser sees it: 'send' and 'recv'. */
    this.transports = {};
    /** By kind, one of each: 'audio', 'video', and 'chat', a DataProducer. */
    this.producers = new Map();
    this.consumers = new Map();
    room.peers.add(this);
  }

  /** What a browser needs to prepare its own side. */
  async enter() {
    if (this.transports.send) {
      throw new Error('entered already');
    }
    const router = await this.room.router;
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
    });
    this.transports[direction] = transport;
    return {
      id: transport.id,
      iceParameters: transport.iceParameters,
      iceCandidates: transport.iceCandidates,
      dtlsParameters: transport.dtlsParameters,
      sctpParameters: transport.sctpParameters,
    };
  }

  async connectTransport({ direction, dtlsParameters }) {
    await this.transports[direction].connect({ dtlsParameters });
  }

  /** From now on peers hear of each other. Answers who has joined before. */
  join({ rtpCapabilities }) {
    const others = [...this.room.peers].filter(
      (peer) => peer !== this && peer.rtpCapabilities,
    );
    this.rtpCapabilities = rtpCapabilities;
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
    this.producers.set(kind, producer);
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
    this.consumers.set(consumer.id, consumer);
    consumer.on('producerclose', () => this.consumers.delete(consumer.id));

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
    this.room.peers.delete(this);
    Object.values(this.transports).forEach((transport) => transport.close());
    this.room.broadcast(this, 'peerLeft');
  }
}

/** What others need to know of something that a Peer sends. */
function describe([kind, producer]) {
  return { kind, producerId: producer.id, paused: producer.paused };
}

module.exports = { Peer, Room };
