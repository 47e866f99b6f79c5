/**
 * Connection of the browser page to its room: signalling, mediasoup-client's Transports, and the state that
 * the page shows. `room.js` creates it and redraws at each event; it doesn't touch the document.
 *
 * `sync()` is the one way to begin, to change something and to recover: it makes what is missing, on either
 * side. If a connection, a Transport or a request is lost, it first requests from the server what is still
 * there.
 *
 * Events: `change` of anything that can be read here; `chat` { name, text }.
 */

import { Device } from 'mediasoup-client';
import { io } from 'socket.io-client';

/** Options of `produce()` for each source. */
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

/** Browsers agree to it and then may never send it: the Worker switches no layers then. */
const UNWANTED = {
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time': false,
};

export class RoomClient extends EventTarget {
  /** 'connecting', 'joined', 'away', or why one can't come in. */
  state = 'connecting';
  /** Place of the room: `{ server, worker, link }`. */
  media = {};
  speakerId = null;
  /** Ids of the peers that aren't silent. */
  heardIds = [];
  #socket;
  #device = new Device({ forcedRtpExtensions: UNWANTED });
  /** By direction: 'send', 'recv'. */
  #transports = {};
  #me;
  /** By id: `{ peerId, displayName }`. */
  #peers = new Map();
  /**
   * Streams that we send, by source, and that we receive, by the Consumer's id. Of each
   * `{ source, track }`, the Producer or Consumer as `via`, and its `bitrate`; of what is
   * received also what the server says of it. Chat has no track.
   */
  #sent = new Map([['chat', { source: 'chat' }]]);
  #received = new Map();
  #mustJoin = true;
  #work = Promise.resolve();
  /** There is work that hasn't begun. */
  #isAhead = false;
  #changing;

  constructor(roomId, displayName) {
    super();
    this.#me = { displayName, isMine: true };
    // By its key the server knows the page again.
    const key = crypto.getRandomValues(new Uint32Array(5)).join('-');
    const socket = io({ auth: { roomId, displayName, key }, ...CONNECTION });
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

  /** Stream of a source, ours or another peer's. */
  streamOf({ peerId, isMine }, source) {
    const isIt = (it) => it.peerId === peerId && it.source === source;
    return isMine
      ? this.#sent.get(source)
      : [...this.#received.values()].find(isIt);
  }

  get canSay() {
    return this.#sent.get('chat').via?.readyState === 'open';
  }

  /** Writes to everyone. */
  say(text) {
    this.#sent.get('chat').via.send(text);
  }

  /** Sends a track as 'microphone', 'camera' or 'screen', or what is `enabled` of it. */
  send(source, track) {
    this.#sent.set(source, { source, track });
    this.sync();
  }

  stop(source) {
    const { track, via } = this.#sent.get(source);
    track.stop();
    via?.close();
    this.#sent.delete(source);
    this.#mustJoin = true;
    this.sync();
  }

  /** @param {0 | 1 | 2} spatialLayer how large the pictures of cameras should be. */
  preferLayer(spatialLayer) {
    for (const stream of this.#received.values()) {
      const { id, type, preferred } = stream;
      if (type === 'simulcast' && preferred !== spatialLayer) {
        stream.preferred = spatialLayer;
        this.#ask('setConsumerPreferredLayers', { id, spatialLayer });
      }
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
        let bytes = 0;
        const report = await stream.via.getStats();
        report.forEach(({ type, bytesReceived, bytesSent }) => {
          if (type === 'inbound-rtp' || type === 'outbound-rtp') {
            bytes += bytesReceived ?? bytesSent;
          }
        });
        stream.bitrate = Math.max(0, 8 * (bytes - (stream.bytes ?? 0)));
        stream.bytes = bytes;
      }
    }
    this.#change();
  }

  leave() {
    this.#socket.off().disconnect();
    Object.values(this.#transports).forEach((transport) => transport.close());
  }

  /** Notifies the page, once for all changes of one go. Resolves afterwards. */
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
      this.#socket.emit('request', { method, data }, (lost, error, answer) =>
        lost || error
          ? reject(new Error(`${method}: ${lost?.message ?? error}`))
          : resolve(answer),
      );
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
    newConsumer: (description) => {
      this.#expect(description);
      this.sync();
    },
    consumerClosed: ({ id }) => this.#forget(id),
    consumerPaused: ({ id }) => this.#update(id, { producerPaused: true }),
    consumerResumed: ({ id }) => this.#update(id, { producerPaused: false }),
    layersChanged: ({ id, ...currentLayers }) =>
      this.#update(id, { currentLayers }),
    activeSpeaker: ({ peerId }) => (this.speakerId = peerId),
    volumes: (volumes) => (this.heardIds = volumes.map((it) => it.peerId)),
    transportClosed: ({ id }) =>
      this.#lose(Object.values(this.#transports).find((it) => it.id === id)),
  };

  #lose(transport) {
    transport?.close();
    this.#rejoin();
  }

  #rejoin() {
    this.#mustJoin = true;
    if (this.#socket.connected) {
      this.#change({ state: 'connecting' });
    }
    this.sync();
  }

  /** Makes what is missing, and again if something fails. While it does, calls are for one more time. */
  sync() {
    this.#change();
    if (this.#isAhead) {
      return;
    }
    this.#isAhead = true;
    this.#work = this.#work
      .then(() => this.#provide())
      .catch(async (error) => {
        console.warn('Trying again:', error);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
        this.#rejoin();
      });
  }

  async #provide() {
    this.#isAhead = false;
    if (!this.#socket.connected) {
      return;
    }
    if (this.#mustJoin) {
      await this.#join();
    }
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
    await Promise.all(
      [...this.#received.values()].map((it) => this.#provideConsumer(it)),
    );
    this.#change({ state: 'joined' });
  }

  /** Asks who is there and what the server has of us, and forgets what it hasn't. */
  async #join() {
    // What is lost or stopped from now on asks for another one.
    this.#mustJoin = false;
    const sent = [...this.#sent.values()].map(({ via }) => via);
    const known = await this.#request('join', {
      producerIds: sent.map((via) => via?.id),
    });
    this.#me.peerId = known.peerId;
    this.#peers = new Map(known.peers.map((peer) => [peer.peerId, peer]));
    if (!this.#device.loaded) {
      await this.#device.load(known);
    }
    const isGone = (thing) => thing && !known.ids.includes(thing.id);
    const ours = [...sent, ...Object.values(this.#transports)];
    ours.filter(isGone).forEach((thing) => thing.close());
    [...this.#received.values()]
      .filter(isGone)
      .forEach(({ id }) => this.#forget(id));
    known.consumers.forEach((description) => this.#expect(description));
  }

  async #provideTransport(direction) {
    if (isOpen(this.#transports[direction])) {
      return;
    }
    const { recvRtpCapabilities: rtpCapabilities } = this.#device;
    const options = await this.#request('createWebRtcTransport', {
      direction,
      rtpCapabilities,
    });
    const { id } = options;
    const isSend = direction === 'send';
    const create = isSend ? 'createSendTransport' : 'createRecvTransport';
    const transport = this.#device[create](options);
    this.#transports[direction] = transport;
    if (!isSend) {
      // What came by the one before comes again by this.
      this.#received.clear();
    }
    // mediasoup-client says what it needs of the server, and waits for `done`.
    for (const method of ['connect', 'produce', 'produceData']) {
      transport.on(method.toLowerCase(), (data, done, fail) =>
        this.#request(method, { ...data, id }).then(done, (error) => {
          fail(error);
          // Nobody knows whether it is connected now: another one is needed.
          if (method === 'connect') {
            this.#lose(transport);
          }
        }),
      );
    }
    transport.on('connectionstatechange', (state) => {
      if (state === 'disconnected') {
        this.restartIce([transport]);
      } else if (state === 'failed') {
        this.#lose(transport);
      }
    });
  }

  async #provideProducer(stream) {
    const { source, track, via } = stream;
    const paused = track?.enabled === false;
    if (isOpen(via)) {
      if (stream.paused !== paused) {
        await this.#request(paused ? 'pause' : 'resume', { id: via.id });
      }
    } else if (!track || this.#device.canProduce(track.kind)) {
      const appData = { source, paused };
      const options = { track, stopTracks: false, appData, ...OPTIONS[source] };
      const produce = track ? 'produce' : 'produceData';
      stream.via = await this.#transports.send[produce](options);
      if (this.#sent.get(source) !== stream) {
        // It was stopped before it began.
        stream.via.close();
      }
    }
    stream.paused = paused;
  }

  async #provideConsumer(stream) {
    const { id, source, peerId } = stream;
    if (!stream.via) {
      const { recv } = this.#transports;
      const via = await (source === 'chat'
        ? recv.consumeData(stream)
        : recv.consume(stream));
      if (this.#received.get(id) !== stream) {
        // It was closed before it began.
        via.close();
        return;
      }
      Object.assign(stream, { via, track: via.track });
      via.on('message', (text) => {
        const detail = { name: this.#peers.get(peerId)?.displayName, text };
        this.dispatchEvent(new CustomEvent('chat', { detail }));
      });
    }
    // Whoever shows it says how large before there is a picture.
    await this.#change();
    if (stream.paused) {
      await this.#request('resume', { id });
      stream.paused = false;
    }
  }

  /** Something is to be received, or still is. */
  #expect(description) {
    const stream = this.#received.get(description.id) ?? {};
    this.#received.set(
      description.id,
      Object.assign(stream, description, { preferred: undefined }),
    );
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
