/**
 * The page's way into its room: signalling, mediasoup-client's Transports, and what
 * there is to be shown. It knows nothing of the document.
 *
 * There is one way to begin, to change something and to recover: `#sync()` makes what
 * is missing, on either side, until all is as it should be. If a connection, a
 * Transport or a request is lost, it first asks the server what there still is.
 *
 * Events: `change` of anything that can be read here; `chat` { peerId, text }.
 */

import { Device } from 'mediasoup-client';
import { io } from 'socket.io-client';

/** How each source is sent. */
const OPTIONS = {
  // Silence costs next to nothing.
  microphone: { codecOptions: { opusDtx: true } },
  // Three pictures, each twice as wide as the one before.
  camera: {
    encodings: [
      { scaleResolutionDownBy: 4, maxBitrate: 150_000 },
      { scaleResolutionDownBy: 2, maxBitrate: 500_000 },
      { scaleResolutionDownBy: 1, maxBitrate: 1_500_000 },
    ],
    codecOptions: { videoGoogleStartBitrate: 1000 },
  },
  // Of a screen every letter counts, so there is one size of it.
  screen: { encodings: [{ maxBitrate: 2_500_000 }] },
};

const CONNECTION = {
  // Over a WebSocket, unlike over polling, messages come one by one: what an
  // answer says has been dealt with before the message that follows it.
  transports: ['websocket'],
  reconnectionDelay: 200,
  reconnectionDelayMax: 1000,
  // The server may wait for its media server. A lost connection is noticed sooner.
  ackTimeout: 60_000,
};
const RETRY_MS = 500;

export class RoomClient extends EventTarget {
  /** 'connecting', 'joined', 'away', or why one can't come in. */
  state = 'connecting';
  /** Where it is: `{ server, worker, link }`. */
  media = {};
  speakerId;
  /** Who isn't silent now. */
  heardIds = [];
  #socket;
  #device;
  /** By direction: 'send', 'recv'. */
  #transports = {};
  #me;
  /** By id: `{ peerId, displayName }`. */
  #peers = new Map();
  /**
   * What we send by source, and what we receive by its Consumer's id. Of each
   * `{ source, track, paused }`, the Producer or Consumer as `via`, and its `bitrate`;
   * of what is received also `{ id, peerId, type, layers }`. Chat has no track.
   */
  #sent = new Map([['chat', { source: 'chat' }]]);
  #received = new Map();
  #mustJoin = true;
  #isStale = false;
  #isSyncing = false;
  #changing;

  constructor({ roomId, displayName }) {
    super();
    this.#me = { displayName, isMine: true };
    // By its key the server knows the page again.
    const key = crypto.getRandomValues(new Uint32Array(5)).join('-');
    const auth = { roomId, displayName, key };
    const socket = io({ auth, ...CONNECTION });
    this.#socket = socket;
    socket.on('connect', () => this.#rejoin());
    socket.on('notification', ({ method, data }) => {
      this.#notified[method]?.(data);
      this.#change();
    });
    socket.on('disconnect', () => {
      this.#change({ state: 'away' });
      // The server's way to say that it ends; another one may follow.
      if (!socket.active) {
        socket.connect();
      }
    });
    socket.on('connect_error', ({ message }) => {
      if (!socket.active) {
        this.#change({ state: message });
      }
    });
  }

  /** Everyone, we first. */
  get people() {
    return [this.#me, ...this.#peers.values()];
  }

  /** What we, or another one, send from a source. */
  streamOf({ peerId, isMine }, source) {
    const isIt = (it) => it.peerId === peerId && it.source === source;
    const received = [...this.#received.values()];
    return isMine ? this.#sent.get(source) : received.find(isIt);
  }

  get canChat() {
    return this.#sent.get('chat').via?.readyState === 'open';
  }

  say(text) {
    this.#sent.get('chat').via.send(text);
  }

  /** Sends a track as 'microphone', 'camera' or 'screen'. */
  send(source, track, { paused = false } = {}) {
    this.#sent.set(source, { source, track });
    this.setPaused(source, paused);
  }

  setPaused(source, paused) {
    const stream = this.#sent.get(source);
    stream.paused = paused;
    stream.track.enabled = !paused;
    this.#sync();
  }

  stop(source) {
    const { via } = this.#sent.get(source);
    this.#sent.delete(source);
    this.#change();
    if (via) {
      via.close();
      this.#ask('closeProducer', { id: via.id });
    }
  }

  /** @param {0 | 1 | 2} spatialLayer how large a picture should be. */
  preferLayer(stream, spatialLayer) {
    const { id, type, preferred } = stream;
    if (type === 'simulcast' && preferred !== spatialLayer) {
      stream.preferred = spatialLayer;
      this.#ask('setConsumerPreferredLayers', { id, spatialLayer });
    }
  }

  /** Finds another way for media, as after a change of networks. */
  restartIce(transports = Object.values(this.#transports)) {
    for (const transport of transports) {
      this.#request('restartIce', { id: transport.id })
        .then((iceParameters) => transport.restartIce({ iceParameters }))
        .catch(() => this.#rejoin());
    }
  }

  /** To be called each second: measures the `bitrate` of each picture, in bits. */
  async measure() {
    for (const stream of [...this.#sent.values(), ...this.#received.values()]) {
      if (stream.track?.kind === 'video' && isOpen(stream.via)) {
        const stats = [...(await stream.via.getStats()).values()];
        const bytes = stats
          .filter(({ type }) => /^(in|out)bound-rtp$/.test(type))
          .reduce((sum, it) => sum + (it.bytesSent ?? it.bytesReceived), 0);
        const more = Math.max(bytes - (stream.bytes ?? 0), 0);
        Object.assign(stream, { bytes, bitrate: 8 * more });
      }
    }
    this.#change();
  }

  leave() {
    this.#socket.off().disconnect();
    Object.values(this.#transports).forEach((transport) => transport.close());
  }

  /** Tells the page, once of all that changes in one go. Resolves when it is told. */
  #change(properties) {
    Object.assign(this, properties);
    this.#changing ??= Promise.resolve().then(() => {
      this.#changing = undefined;
      this.dispatchEvent(new Event('change'));
    });
    return this.#changing;
  }

  #request(method, data) {
    return new Promise((resolve, reject) => {
      const request = { method, data };
      this.#socket.emit('request', request, (lost, error, answer) => {
        const problem = lost?.message ?? error;
        if (problem) {
          reject(new Error(`${method}: ${problem}`));
        } else {
          resolve(answer);
        }
      });
    });
  }

  /** Nobody waits for the answer, but if it fails something is amiss. */
  #ask(method, data) {
    this.#request(method, data).catch(() => this.#rejoin());
  }

  #notified = {
    media: (media) => (this.media = media),
    newPeer: (peer) => this.#peers.set(peer.peerId, peer),
    peerClosed: ({ peerId }) => this.#peers.delete(peerId),
    newConsumer: (description) => this.#receive(description),
    consumerClosed: ({ id }) => this.#forget(id),
    consumerPaused: ({ id }) => this.#update(id, { paused: true }),
    consumerResumed: ({ id }) => this.#update(id, { paused: false }),
    layersChanged: ({ id, ...layers }) => this.#update(id, { layers }),
    activeSpeaker: ({ peerId }) => (this.speakerId = peerId),
    volumes: (volumes) => (this.heardIds = volumes.map((it) => it.peerId)),
    transportClosed: ({ id }) => {
      const transports = Object.values(this.#transports);
      transports.find((transport) => transport.id === id)?.close();
      this.#rejoin();
    },
  };

  #rejoin() {
    this.#mustJoin = true;
    if (this.#socket.connected) {
      this.#change({ state: 'connecting' });
    }
    this.#sync();
  }

  /** Goes on until all is as it should be, or the connection is lost. */
  async #sync() {
    this.#isStale = true;
    if (this.#isSyncing) {
      return;
    }
    this.#isSyncing = true;
    while (this.#isStale && this.#socket.connected) {
      try {
        if (this.#mustJoin) {
          await this.#join();
        }
        this.#isStale = false;
        await this.#provide();
      } catch (error) {
        console.warn('Trying again:', error);
        this.#isStale = true;
        this.#mustJoin = true;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    this.#isSyncing = false;
    if (this.#socket.connected) {
      this.#change({ state: 'joined' });
    }
  }

  async #provide() {
    try {
      await this.#provideTransport('send');
      for (const stream of this.#sent.values()) {
        await this.#provideProducer(stream);
      }
    } finally {
      // Last, so that most of what comes by it is negotiated in one go: each takes as
      // long as there is in all. But who can't send may still watch.
      await this.#provideTransport('recv');
    }
  }

  /** Asks who is there and what the server has of us, and forgets what it hasn't. */
  async #join() {
    const sent = [...this.#sent.values()];
    const producerIds = sent.map(({ via }) => via?.id);
    const known = await this.#request('join', { producerIds });
    // What was lost before the answer is lost to it, too.
    this.#mustJoin = false;
    this.#me.peerId = known.peerId;
    this.#peers = new Map(known.peers.map((peer) => [peer.peerId, peer]));
    this.#device ??= await Device.factory();
    const { routerRtpCapabilities } = known;
    if (!this.#device.loaded) {
      await this.#device.load({ routerRtpCapabilities });
    }

    const isGone = (thing) => thing && !known.ids.includes(thing.id);
    const ours = Object.values(this.#transports).concat(
      sent.map((it) => it.via),
    );
    ours.filter(isGone).forEach((thing) => thing.close());
    sent.forEach((stream) => (stream.wasPaused = undefined));
    if (isOpen(this.#transports.recv)) {
      const received = [...this.#received.values()];
      received.filter(isGone).forEach(({ id }) => this.#forget(id));
      known.consumers.forEach((description) => this.#receive(description));
    }
  }

  async #provideTransport(direction) {
    if (isOpen(this.#transports[direction])) {
      return;
    }
    const { recvRtpCapabilities: rtpCapabilities } = this.#device;
    const request = { direction, rtpCapabilities };
    const options = await this.#request('createWebRtcTransport', request);
    const isSend = direction === 'send';
    const create = isSend ? 'createSendTransport' : 'createRecvTransport';
    const transport = this.#device[create](options);
    if (!isSend) {
      // What came by the one before comes again by this.
      this.#received.clear();
    }
    this.#transports[direction] = transport;
    const { id } = transport;
    const lose = () => {
      transport.close();
      this.#rejoin();
    };
    // mediasoup-client says what it needs of the server, and waits for `done`.
    for (const method of ['connect', 'produce', 'produceData']) {
      transport.on(method.toLowerCase(), (data, done, fail) =>
        this.#request(method, { ...data, id }).then(done, (error) => {
          fail(error);
          // Nobody knows whether it is connected now: another one is needed.
          if (method === 'connect') {
            lose();
          }
        }),
      );
    }
    transport.on('connectionstatechange', (state) => {
      if (state === 'disconnected') {
        this.restartIce([transport]);
      } else if (state === 'failed') {
        lose();
      }
    });
  }

  async #provideProducer(stream) {
    const { source, track, paused } = stream;
    const { send } = this.#transports;
    if (isOpen(stream.via)) {
      if (stream.wasPaused !== paused) {
        await this.#request(paused ? 'pause' : 'resume', { id: stream.via.id });
        stream.wasPaused = paused;
      }
    } else if (!track || this.#canSend(track)) {
      const appData = { source, paused };
      const options = { track, stopTracks: false, appData, ...OPTIONS[source] };
      stream.via = await send[track ? 'produce' : 'produceData'](options);
      stream.via.on('open', () => this.#change());
      stream.wasPaused = paused;
      if (this.#sent.get(source) !== stream) {
        // It was stopped before it began: who joins says what there is.
        stream.via.close();
        this.#rejoin();
      }
    }
  }

  #canSend({ kind, readyState }) {
    return readyState === 'live' && this.#device.canProduce(kind);
  }

  /** Something is received, or still is. */
  async #receive(description) {
    const { id, peerId, source, type, layers, producerPaused } = description;
    const old = this.#received.get(id);
    const stream = old ?? { id, peerId, source, type };
    this.#received.set(id, stream);
    const paused = producerPaused;
    Object.assign(stream, { layers, paused, preferred: undefined });
    if (!old) {
      const { recv } = this.#transports;
      const consume = source === 'chat' ? 'consumeData' : 'consume';
      try {
        stream.via = await recv[consume](description);
      } catch (error) {
        console.warn(`Nothing is received of ${source}:`, error);
        return;
      }
      stream.track = stream.via.track;
      stream.via.on('message', (text) => {
        const detail = { peerId, text };
        this.dispatchEvent(new CustomEvent('chat', { detail }));
      });
    }
    // Whoever shows it says how large before there is a picture.
    await this.#change();
    if (this.#received.get(id) !== stream) {
      stream.via?.close();
    } else if (description.paused) {
      this.#ask('resume', { id });
    }
  }

  #update(id, properties) {
    Object.assign(this.#received.get(id) ?? {}, properties);
  }

  #forget(id) {
    this.#received.get(id)?.via?.close();
    this.#received.delete(id);
  }
}

/** Of what mediasoup-client makes. */
function isOpen(thing) {
  return thing?.closed === false;
}
