/**
 * The page's way into its room: signalling with the server, mediasoup-client's
 * transports, and events that say who is there. It knows nothing of the document.
 *
 * Events, with their `detail`:
 *   peerjoined { peerId, name }       peerleft { peerId }
 *   track { peerId, track }           paused { peerId, kind, paused }
 *   chatopen                          chat { peerId, text }
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
  #sendTransport;
  #recvTransport;
  /** What this page sends: promises, by kind. */
  #producers = {};
  #chat;
  /** What it receives, in lists by peer id. */
  #consumers = new Map();
  #spatialLayer = 0;

  constructor({ roomId, name }) {
    super();
    // Over a WebSocket, unlike over polling, messages come one by one: what an
    // answer says has been dealt with before the message that follows it.
    this.#socket = io({
      auth: { roomId, name },
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
    this.#sendTransport = device.createSendTransport(send);
    this.#recvTransport = device.createRecvTransport(recv);
    this.#answer(this.#sendTransport);
    this.#answer(this.#recvTransport);

    const { recvRtpCapabilities: rtpCapabilities } = device;
    const peers = await this.#request('join', { rtpCapabilities });
    peers.forEach((peer) => this.#addPeer(peer));

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
    socket.on('disconnect', () => this.#emit('disconnected'));

    return new Promise((resolve, reject) => {
      socket.on('connect', resolve);
      socket.on('connect_error', (error) => socket.active || reject(error));
      socket.connect();
    });
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
    this.#consumers.set(peerId, []);
    this.#emit('peerjoined', { peerId, name });
    producers.forEach((producer) => this.#consume({ peerId, ...producer }));
  }

  #removePeer(peerId) {
    this.#consumers.get(peerId)?.forEach((consumer) => consumer.close());
    this.#consumers.delete(peerId);
    this.#emit('peerleft', { peerId });
  }

  async #consume({ peerId, producerId, kind, paused }) {
    const receive = kind === 'chat' ? this.#receiveChat : this.#receiveTrack;
    try {
      this.#emit('paused', { peerId, kind, paused });
      await receive.call(this, peerId, producerId);
    } catch (error) {
      console.warn(`Nothing is received of ${kind}:`, error);
    }
  }

  async #receiveTrack(peerId, producerId) {
    const options = await this.#request('consume', { producerId });
    const consumer = await this.#recvTransport.consume(options);
    this.#keep(peerId, consumer);
    this.#emit('track', { peerId, track: consumer.track });
    await this.#setPreferredLayers(consumer);
    await this.#request('resumeConsumer', { consumerId: consumer.id });
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
