'use strict';

/**
 * One of the people in a Room, with a Transport to send on and one to receive on.
 *
 * Nothing here knows of sockets: what a browser requests are methods, what it
 * should hear of goes through `notify(method, data)`. Whatever is lost (a Worker, a
 * server, this process) the browser `join`s again, is told what there still is,
 * and asks for the rest.
 */

/** What can be sent, one of each. */
const SOURCES = { microphone: 'audio', camera: 'video', screen: 'video' };

/** A header extension that must not be offered: see Peer.join(). */
const ABS_CAPTURE_TIME =
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time';

/** Bits per second assumed of the way to a browser until they are measured. */
const INITIAL_OUTGOING_BITRATE = 1_000_000;

/** How long someone may be gone before others are told: pages come back. */
const PATIENCE_MS = 15_000;

class Peer {
  static requests = new Set([
    'join',
    'createWebRtcTransport',
    'connect',
    'restartIce',
    'produce',
    'produceData',
    'closeProducer',
    'pause',
    'resume',
    'setConsumerPreferredLayers',
  ]);

  #connection;
  #leaving;
  hasJoined = false;
  hasLeft = false;
  #previous = Promise.resolve();
  /** By direction, as the browser sees it: 'send' and 'recv'. */
  #transports = {};
  /** By source; 'chat' is a DataProducer. */
  #producers = new Map();
  /** By the Producer's id, DataConsumers too. A place is taken by `null`. */
  #consumers = new Map();

  constructor({ id, displayName, room }) {
    this.id = id;
    this.displayName = displayName;
    this.room = room;
    room.peers.set(id, this);
    this.detach();
  }

  /** A browser is there, perhaps again. It hears of others when it has joined. */
  attach(send) {
    clearTimeout(this.#leaving);
    this.#connection = { send, isReady: false };
  }

  /** It is gone, unless it has come back by another connection already. */
  detach(send, patienceMs = PATIENCE_MS) {
    if (this.#connection?.send === send) {
      this.#connection = undefined;
      this.#leaving = setTimeout(() => this.#leave(), patienceMs).unref();
    }
  }

  notify(method, data) {
    if (this.#connection?.isReady) {
      this.#connection.send(method, data);
    }
  }

  /**
   * Does what a browser asks, one request at a time and in their order, however
   * long one takes: no method has to think of what else is going on.
   */
  request(method, data) {
    const result = this.#previous.then(() => {
      if (this.hasLeft || !Peer.requests.has(method)) {
        throw new Error(this.hasLeft ? 'left already' : `no ${method} here`);
      }
      return this[method](data);
    });
    this.#previous = result.catch(() => {});
    return result;
  }

  /** Who is there, and what there is of this browser, which may have been away. */
  async join() {
    const { codecs, headerExtensions } = (await this.room.getRouter())
      .rtpCapabilities;
    if (this.#connection) {
      this.#connection.isReady = true;
    }
    if (!this.hasJoined) {
      this.hasJoined = true;
      this.room.notify('newPeer', this.#description, this);
    }
    this.receiveAll();
    return {
      peerId: this.id,
      peers: this.room.others(this).map((peer) => peer.#description),
      media: this.room.media.state,
      // Browsers agree to abs-capture-time and then may never send it. Without it
      // the Worker doesn't switch simulcast layers, so nobody is offered it.
      routerRtpCapabilities: {
        codecs,
        headerExtensions: headerExtensions.filter(
          ({ uri }) => uri !== ABS_CAPTURE_TIME,
        ),
      },
      transportIds: Object.values(this.#transports).map(({ id }) => id),
      producers: [...this.#producers.values()].map(({ id, paused }) => ({
        producerId: id,
        paused,
      })),
      consumers: [...this.#consumers.values()].filter(Boolean).map(describe),
    };
  }

  get #description() {
    return { peerId: this.id, displayName: this.displayName };
  }

  async createWebRtcTransport({ direction, rtpCapabilities }) {
    const router = await this.room.getRouter();
    this.#close(direction);
    const { id: peerId, displayName } = this;
    const transport = await router.createWebRtcTransport({
      // Media wants UDP; TCP is for networks that let nothing else out.
      listenInfos: [
        { protocol: 'udp', ...this.room.listenInfo },
        { protocol: 'tcp', ...this.room.listenInfo },
      ],
      enableSctp: true,
      initialAvailableOutgoingBitrate: INITIAL_OUTGOING_BITRATE,
      appData: { peerId, displayName, direction, rtpCapabilities },
    });
    this.receiveAll();
    return {
      id: transport.id,
      iceParameters: transport.iceParameters,
      iceCandidates: transport.iceCandidates,
      dtlsParameters: transport.dtlsParameters,
      sctpParameters: transport.sctpParameters,
    };
  }

  keep(transport) {
    const { direction } = transport.appData;
    this.hasJoined = !this.hasLeft;
    this.#transports[direction] = transport;
    transport.observer.on('newproducer', (it) => this.#keepProducer(it));
    transport.observer.on('newdataproducer', (it) => this.#keepProducer(it));
    transport.observer.on('newconsumer', (it) => this.#keepConsumer(it));
    transport.observer.on('newdataconsumer', (it) => this.#keepConsumer(it));
    transport.observer.once('close', () => {
      // Not by us: its Worker or server has died. The browser makes another one.
      if (this.#transports[direction] === transport) {
        delete this.#transports[direction];
        this.notify('transportClosed', { transportId: transport.id });
      }
    });
  }

  #close(direction) {
    const transport = this.#transports[direction];
    delete this.#transports[direction];
    transport?.close();
  }

  async connect({ transportId, dtlsParameters }) {
    await this.#transport(transportId).connect({ dtlsParameters });
  }

  async restartIce({ transportId }) {
    return { iceParameters: await this.#transport(transportId).restartIce() };
  }

  #transport(id) {
    return existing(Object.values(this.#transports).find((it) => it.id === id));
  }

  async produce({ transportId, source, rtpParameters, paused }) {
    const kind = existing(SOURCES[source]);
    const appData = { peerId: this.id, source };
    const options = { kind, rtpParameters, paused, appData };
    return this.#offer(await this.#transport(transportId).produce(options));
  }

  /** Chat goes the way of media: through the Worker, here over SCTP. */
  async produceData({ transportId, sctpStreamParameters }) {
    const appData = { peerId: this.id, source: 'chat' };
    const options = { sctpStreamParameters, label: 'chat', appData };
    return this.#offer(await this.#transport(transportId).produceData(options));
  }

  async #offer(producer) {
    await this.room.offer(this, producer);
    return { id: producer.id };
  }

  #keepProducer(producer) {
    const { source } = producer.appData;
    // A browser that didn't hear that it was made has made it again.
    this.#producers.get(source)?.close();
    this.#producers.set(source, producer);
    producer.observer.once('close', () => {
      if (this.#producers.get(source) === producer) {
        this.#producers.delete(source);
      }
    });
  }

  async closeProducer({ producerId }) {
    this.#find({ producerId }).close();
  }

  /** Of a Producer, or of a Consumer, which begins paused. */
  async pause(ids) {
    await this.#find(ids).pause();
  }

  async resume(ids) {
    await this.#find(ids).resume();
  }

  /** How large a picture is wanted: which of the layers of its simulcast. */
  async setConsumerPreferredLayers({ consumerId, spatialLayer }) {
    await this.#find({ consumerId }).setPreferredLayers({ spatialLayer });
  }

  #find({ producerId, consumerId }) {
    const among = producerId ? this.#producers : this.#consumers;
    const id = producerId ?? consumerId;
    return existing([...among.values()].find((it) => it?.id === id));
  }

  /** All that others send and that isn't received yet. */
  receiveAll() {
    for (const peer of this.room.others(this)) {
      for (const producer of peer.#producers.values()) {
        this.receive(producer);
      }
    }
  }

  /**
   * A Consumer begins paused, so that no packet, and above all no key frame, is
   * sent before the browser is ready for it.
   */
  async receive(producer) {
    const { recv } = this.#transports;
    const { id: producerId, appData } = producer;
    if (!recv || producer.closed || this.#consumers.has(producerId)) {
      return;
    }
    this.#consumers.set(producerId, null);
    try {
      await (appData.source === 'chat'
        ? recv.consumeData({ dataProducerId: producerId, appData })
        : recv.consume({
            producerId,
            rtpCapabilities: recv.appData.rtpCapabilities,
            paused: true,
            appData,
          }));
    } catch (error) {
      this.#consumers.delete(producerId);
      if (recv.closed) {
        // Perhaps there is another one by now.
        this.receive(producer);
      } else if (!producer.closed) {
        console.warn(`${this.displayName} can't receive: ${error.message}`);
      }
    }
  }

  #keepConsumer(consumer) {
    const { id: consumerId } = consumer;
    const producerId = consumer.producerId ?? consumer.dataProducerId;
    this.#consumers.set(producerId, consumer);
    const tell = (method, data) => this.notify(method, { consumerId, ...data });
    consumer.on('producerpause', () => tell('consumerPaused'));
    consumer.on('producerresume', () => tell('consumerResumed'));
    consumer.on('layerschange', (layers) => tell('layersChanged', layers));
    consumer.observer.once('close', () => {
      this.#consumers.delete(producerId);
      tell('consumerClosed');
    });
    this.notify('newConsumer', describe(consumer));
  }

  /** Others hear of it at once, whatever of this browser's is still under way. */
  #leave() {
    this.hasLeft = true;
    this.hasJoined = false;
    this.room.notify('peerClosed', { peerId: this.id });
    this.#previous.then(() => {
      if (this.room.peers.get(this.id) === this) {
        this.room.peers.delete(this.id);
      }
      this.#close('send');
      this.#close('recv');
      this.room.closeIfEmpty();
    });
  }
}

/** What a browser needs to know of something that it receives. */
function describe(consumer) {
  return {
    consumerId: consumer.id,
    producerId: consumer.producerId ?? consumer.dataProducerId,
    kind: consumer.kind,
    type: consumer.type,
    rtpParameters: consumer.rtpParameters,
    sctpStreamParameters: consumer.sctpStreamParameters,
    producerPaused: consumer.producerPaused,
    paused: consumer.kind && consumer.paused,
    layers: consumer.currentLayers,
    ...consumer.appData,
  };
}

function existing(object) {
  if (!object) {
    throw new Error('there is no such thing');
  }
  return object;
}

module.exports = { Peer };
