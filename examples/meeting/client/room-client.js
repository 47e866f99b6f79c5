/**
 * The page's way into its room: signalling with the server, mediasoup-client's
 * transports, and events that say who is there. It knows nothing of the document.
 *
 * Events, with their `detail`:
 *   peerjoined { peerId, name }       peerleft { peerId }
 *   track { peerId, track }           paused { peerId, kind, paused }
 *   chatopen                          chat { peerId, text }
 *   away                              the server is; media goes on without it
 *   back                              it is back, and knows this page
 *   disconnected                      it is over; a new client may try again
 */

import { Device } from 'mediasoup-client';
import { io } from 'socket.io-client';

/** A camera is sent as three pictures, each twice as wide as the one before. */
const SIMULCAST = {
  encodings: [
    { scaleResolutionDownBy: 4, maxBitrate: 150_000 },
    { scaleResolutionDownBy: 2, maxBitrate: 500_000 },
    { scaleResolutionDownBy: 1, maxBitrate: 1_500_000 },
  ],
  codecOptions: { videoGoogleStartBitrate: 1000 },
};

const REQUEST_TIMEOUT_MS = 10_000;

export class RoomClient extends EventTarget {
  #socket;
  #device;
  #sendTransport;
  #recvTransport;
  /** What this page sends: promises, by kind. */
  #producers = {};
  #chat;
  /** What it receives, in lists by peer id. */
  #consumers = new Map();
  /** Ids of the producers that it receives, or is about to. */
  #received = new Set();
  #spatialLayer = 0;
  #isJoined = false;

  constructor({ roomId, name }) {
    super();
    // By this the server knows the page again.
    const key = makeKey();
    // Over a WebSocket, unlike over polling, messages come one by one: what an
    // answer says has been dealt with before the message that follows it.
    this.#socket = io({
      auth: { roomId, name, key },
      transports: ['websocket'],
      autoConnect: false,
    });
  }

  /** @param {MediaStreamTrack[]} tracks what to send; none is fine too. */
  async join(tracks) {
    await this.#connect();
    const { routerRtpCapabilities, send, recv } = await this.#request('enter');
    const device = await Device.factory();
    await device.load({ routerRtpCapabilities });
    this.#device = device;
    this.#sendTransport = device.createSendTransport(send);
    this.#recvTransport = device.createRecvTransport(recv);
    this.#answer(this.#sendTransport);
    this.#answer(this.#recvTransport);

    await this.#meetPeers();

    for (const track of tracks.filter(({ kind }) => device.canProduce(kind))) {
      this.#producers[track.kind] = this.#sendTransport.produce({
        track,
        stopTracks: false,
        appData: { paused: !track.enabled },
        ...(track.kind === 'video' && SIMULCAST),
      });
      await this.#producers[track.kind];
    }
    this.#chat = await this.#sendTransport.produceData();
    const opened = () => this.#emit('chatopen');
    this.#chat.readyState === 'open' ? opened() : this.#chat.on('open', opened);
    this.#isJoined = true;
  }

  /** @param {'audio' | 'video'} kind */
  async setPaused(kind, paused) {
    // If there is none yet, join() will see from the track what is wanted.
    const producer = await this.#producers[kind];
    if (producer) {
      await (paused ? producer.pause() : producer.resume());
      await this.#request('setPaused', { kind, paused });
    }
  }

  sendChat(text) {
    this.#chat.send(text);
  }

  /** @param {0 | 1 | 2} spatialLayer how large the others' pictures should be. */
  preferLayer(spatialLayer) {
    if (spatialLayer !== this.#spatialLayer) {
      this.#spatialLayer = spatialLayer;
      const consumers = [...this.#consumers.values()].flat();
      consumers.forEach((consumer) => this.#setPreferredLayers(consumer));
    }
  }

  leave() {
    this.#socket.off().disconnect();
    this.#sendTransport?.close();
    this.#recvTransport?.close();
  }

  /** Waits for a server that is away, not for one that refuses. */
  #connect() {
    const socket = this.#socket;
    socket.on('peerJoined', (peer) => this.#addPeer(peer));
    socket.on('peerLeft', ({ peerId }) => this.#removePeer(peerId));
    socket.on('newProducer', (producer) => this.#consume(producer));
    socket.on('paused', (producer) => this.#emit('paused', producer));
    socket.on('disconnect', () =>
      this.#emit(socket.active && this.#isJoined ? 'away' : 'disconnected'),
    );

    return new Promise((resolve, reject) => {
      socket.once('connect', () => {
        socket.on('connect', () => this.#comeBack());
        resolve();
      });
      socket.on('connect_error', (error) => {
        if (!socket.active) {
          this.#isJoined ? this.#emit('disconnected') : reject(error);
        }
      });
      socket.connect();
    });
  }

  /** The server may be another process now, that found what there is of us. */
  async #comeBack() {
    try {
      await this.#meetPeers();
      for (const [kind, producer] of Object.entries(this.#producers)) {
        const { paused } = await producer;
        await this.#request('setPaused', { kind, paused });
      }
      this.#emit('back');
    } catch (error) {
      console.warn('The server has forgotten this page:', error);
      this.#emit('disconnected');
    }
  }

  /** Who is there, since the beginning or since the server was here last? */
  async #meetPeers() {
    const { recvRtpCapabilities: rtpCapabilities } = this.#device;
    const peers = await this.#request('join', { rtpCapabilities });
    const present = new Set(peers.map(({ peerId }) => peerId));
    [...this.#consumers.keys()]
      .filter((peerId) => !present.has(peerId))
      .forEach((peerId) => this.#removePeer(peerId));
    peers.forEach((peer) => this.#addPeer(peer));
  }

  async #request(name, data = {}) {
    const socket = this.#socket.timeout(REQUEST_TIMEOUT_MS);
    const { result, error } = await socket.emitWithAck(name, data);
    if (error) {
      throw new Error(`${name}: ${error}`);
    }
    return result;
  }

  /** mediasoup-client says what it needs of the server, and waits for `done`. */
  #answer(transport) {
    const { direction } = transport;
    transport.on('connectionstatechange', (state) => {
      if (state === 'failed') {
        this.#emit('disconnected');
      }
    });
    transport.on('connect', ({ dtlsParameters }, done, fail) => {
      const data = { direction, dtlsParameters };
      this.#request('connectTransport', data).then(done, fail);
    });
    transport.on('produce', ({ kind, rtpParameters, appData }, done, fail) => {
      const data = { kind, rtpParameters, paused: appData.paused };
      this.#request('produce', data).then(done, fail);
    });
    transport.on('producedata', ({ sctpStreamParameters }, done, fail) => {
      this.#request('produceData', { sctpStreamParameters }).then(done, fail);
    });
  }

  #addPeer({ peerId, name, producers = [] }) {
    if (!this.#consumers.has(peerId)) {
      this.#consumers.set(peerId, []);
      this.#emit('peerjoined', { peerId, name });
    }
    producers.forEach((producer) => this.#consume({ peerId, ...producer }));
  }

  #removePeer(peerId) {
    this.#consumers.get(peerId)?.forEach((consumer) => consumer.close());
    this.#consumers.delete(peerId);
    this.#emit('peerleft', { peerId });
  }

  async #consume({ peerId, producerId, kind, paused }) {
    const receive = kind === 'chat' ? this.#receiveChat : this.#receiveTrack;
    this.#emit('paused', { peerId, kind, paused });
    if (this.#received.has(producerId)) {
      return;
    }
    this.#received.add(producerId);
    try {
      await receive.call(this, peerId, producerId);
    } catch (error) {
      console.warn(`Nothing is received of ${kind}:`, error);
      this.#received.delete(producerId);
    }
  }

  async #receiveTrack(peerId, producerId) {
    const options = await this.#request('consume', { producerId });
    const consumer = await this.#recvTransport.consume(options);
    this.#keep(peerId, consumer);
    await this.#setPreferredLayers(consumer);
    await this.#request('resumeConsumer', { consumerId: consumer.id });
    this.#emit('track', { peerId, track: consumer.track });
  }

  async #receiveChat(peerId, producerId) {
    const options = await this.#request('consumeData', { producerId });
    const consumer = await this.#recvTransport.consumeData(options);
    this.#keep(peerId, consumer);
    consumer.on('message', (text) => this.#emit('chat', { peerId, text }));
  }

  /** A peer can be gone before what it sent is here. */
  #keep(peerId, consumer) {
    const consumers = this.#consumers.get(peerId);
    consumers ? consumers.push(consumer) : consumer.close();
  }

  async #setPreferredLayers({ id: consumerId, kind }) {
    if (kind === 'video') {
      const spatialLayer = this.#spatialLayer;
      const data = { consumerId, spatialLayer };
      await this.#request('setPreferredLayers', data).catch(console.warn);
    }
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
