'use strict';

/**
 * One of the people in a Room of the example meeting, with a Transport to send on and one to receive on. The
 * server calls `request()` with what a browser sends, and sends the browser what `notify()` gets; nothing
 * here knows of sockets.
 *
 * After any loss (a Worker, a server, this process) the browser sends `join` again, gets the list of what
 * there still is, and requests the rest. So a request needn't care what else is under way: of two things for
 * the same place the newer stays, and the browser that has the other one gets a notification that it is
 * closed.
 */

/** As the browser sees it. */
const DIRECTIONS = ['send', 'recv'];
/** Sources, one of each per peer. Chat goes the way of media, over SCTP. */
const SOURCES = {
  microphone: 'audio',
  camera: 'video',
  screen: 'video',
  chat: 'data',
};

/** Requests that mediasoup answers itself, and its names for them. */
const METHODS = {
  connect: 'connect',
  restartIce: 'restartIce',
  pause: 'pause',
  resume: 'resume',
  setConsumerPreferredLayers: 'setPreferredLayers',
};

/** Bits per second assumed of the way to a browser until they are measured. */
const INITIAL_OUTGOING_BITRATE = 1_000_000;

/** Time that a peer may be gone before others see it leave: pages reload. */
const PATIENCE_MS = 15_000;

class Peer {
  #leaving;
  /** Transports by direction, Producers by source, Consumers by their Producer's id. */
  #things = new Map();
  /** Ids of the Producers that are received, or about to be. */
  #received = new Set();

  /** @param {{ peerId: string, displayName: string }} card what others know of them. */
  constructor(room, card) {
    Object.assign(this, { room, card, id: card.peerId });
    this.away();
  }

  /** A browser is there, perhaps again. */
  back() {
    clearTimeout(this.#leaving);
  }

  /** It is gone, and may come back. */
  away(patienceMs = PATIENCE_MS) {
    this.back();
    this.#leaving = setTimeout(() => this.#leave(), patienceMs).unref();
  }

  #leave() {
    DIRECTIONS.forEach((it) => this.#things.get(it)?.close());
    this.room.leave(this);
  }

  notify(method, data) {
    this.room.notify(method, data, { to: this.id });
  }

  /** Executes a request of a browser on an object that it names by id. */
  async request({ method, data: { id, ...data } }) {
    switch (method) {
      case 'join':
        return this.#join(data);
      case 'createWebRtcTransport':
        return this.#createTransport(data);
      case 'produce':
      case 'produceData':
        return this.#produce(method, this.#find(id), data);
      default:
        return this.#find(id)[METHODS[method]](data);
    }
  }

  #find(id) {
    const thing = [...this.#things.values()].find((it) => it.id === id);
    if (!thing) {
      throw new Error('there is no such thing');
    }
    return thing;
  }

  /** Returns the peers of the room, and the objects of this browser, which may have been away. */
  async #join({ producerIds }) {
    const { rtpCapabilities } = await this.room.getRouter();
    // What it has stopped meanwhile, or never heard of.
    this.#producers
      .filter(({ id }) => !producerIds.includes(id))
      .forEach((producer) => producer.close());
    this.#receiveAll();
    const things = [...this.#things.values()];
    return {
      peerId: this.id,
      peers: this.room.others(this).map(({ card }) => card),
      routerRtpCapabilities: rtpCapabilities,
      ids: things.map(({ id }) => id),
      consumers: things.filter(producerOf).map(describe),
    };
  }

  async #createTransport({ direction, rtpCapabilities }) {
    if (!DIRECTIONS.includes(direction)) {
      throw new Error(`there is no direction ${direction}`);
    }
    const { room, id } = this;
    const router = await room.getRouter();
    const transport = await router.createWebRtcTransport({
      // Media wants UDP; TCP is for networks that let nothing else out.
      listenInfos: ['udp', 'tcp'].map((protocol) => ({
        protocol,
        ...room.media.listenInfo,
      })),
      enableSctp: true,
      initialAvailableOutgoingBitrate: INITIAL_OUTGOING_BITRATE,
      appData: { ...this.card, rtpCapabilities, direction },
    });
    if (room.peers.get(id) !== this) {
      // It has left, and the Transport has made someone of this name appear again.
      room.peers.get(id)?.away(0);
    }
    this.#receiveAll();
    return {
      id: transport.id,
      iceParameters: transport.iceParameters,
      iceCandidates: transport.iceCandidates,
      dtlsParameters: transport.dtlsParameters,
      sctpParameters: transport.sctpParameters,
    };
  }

  async #produce(method, transport, { appData: { source, paused }, ...data }) {
    if (!Object.hasOwn(SOURCES, source)) {
      throw new Error(`there is no source ${source}`);
    }
    const producer = await transport[method]({
      kind: SOURCES[source],
      rtpParameters: data.rtpParameters,
      sctpStreamParameters: data.sctpStreamParameters,
      paused,
      appData: { peerId: this.id, source },
    });
    await this.room.offer(this, producer);
    return { id: producer.id };
  }

  keep(transport) {
    const { id, observer, appData } = transport;
    const tell = () => this.notify('transportClosed', { id });
    this.#keep(appData.direction, transport, tell);
    if (appData.direction === 'recv') {
      this.#received = new Set();
    }
    const keepProducer = (it) => this.#keep(it.appData.source, it);
    const keepConsumer = (it) => this.#keepConsumer(it, transport);
    observer.on('newproducer', keepProducer);
    observer.on('newdataproducer', keepProducer);
    observer.on('newconsumer', keepConsumer);
    observer.on('newdataconsumer', keepConsumer);
  }

  #keepConsumer(consumer, transport) {
    const { id } = consumer;
    const producerId = producerOf(consumer);
    const tell = (method, data) => this.notify(method, { id, ...data });
    this.#received.add(producerId);
    this.#keep(producerId, consumer, () => {
      this.#received.delete(producerId);
      // Of its Transport's end one hears once, not for each that was on it.
      if (!transport.closed) {
        tell('consumerClosed');
      }
    });
    consumer.on('producerpause', () => tell('consumerPaused'));
    consumer.on('producerresume', () => tell('consumerResumed'));
    consumer.on('layerschange', (layers) => tell('layersChanged', layers));
    this.notify('newConsumer', describe(consumer));
  }

  /** Keeps an object, and closes its predecessor. `onClose` runs if it ends for another reason. */
  #keep(place, thing, onClose) {
    const old = this.#things.get(place);
    this.#things.set(place, thing);
    old?.close();
    thing.observer.once('close', () => {
      if (this.#things.get(place) === thing) {
        this.#things.delete(place);
        onClose?.();
      }
    });
  }

  get #producers() {
    const sources = Object.keys(SOURCES);
    return sources.map((it) => this.#things.get(it)).filter(Boolean);
  }

  /** All that others send and that isn't received yet. */
  #receiveAll() {
    for (const peer of this.room.others(this)) {
      peer.#producers.forEach((producer) => this.receive(producer));
    }
  }

  async receive(producer) {
    const recv = this.#things.get('recv');
    const received = this.#received;
    const { id: producerId, kind, appData } = producer;
    if (!recv || producer.closed || received.has(producerId)) {
      return;
    }
    received.add(producerId);
    const { rtpCapabilities } = recv.appData;
    // No packet of a picture, and above all no key frame, before a browser is ready.
    const paused = kind === 'video';
    try {
      await (kind
        ? recv.consume({ producerId, rtpCapabilities, paused, appData })
        : recv.consumeData({ dataProducerId: producerId, appData }));
    } catch ({ message }) {
      received.delete(producerId);
      if (!recv.closed && !producer.closed) {
        console.warn(`${this.card.displayName} can't receive: ${message}`);
      }
    }
  }
}

/** Id of the Producer that a Consumer consumes. */
function producerOf({ producerId, dataProducerId }) {
  return producerId ?? dataProducerId;
}

/** Description of a Consumer for its browser. */
function describe(consumer) {
  return {
    id: consumer.id,
    producerId: consumer.producerId,
    dataProducerId: consumer.dataProducerId,
    kind: consumer.kind,
    type: consumer.type,
    rtpParameters: consumer.rtpParameters,
    sctpStreamParameters: consumer.sctpStreamParameters,
    paused: consumer.paused,
    producerPaused: consumer.producerPaused,
    currentLayers: consumer.currentLayers,
    ...consumer.appData,
  };
}

module.exports = { Peer };
