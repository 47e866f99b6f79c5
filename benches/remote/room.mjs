/**
 * Measurement of a room that many peers join over a link with delay. `remote.mjs` calls it with a running
 * server; it resolves with the round trips that joining took and those that its `await`s need at least: any
 * difference is the protocol's.
 */
import { Proxy } from '../../__test__/support/proxy.mjs';
import { Random } from '../../__test__/support/random.js';
import { connect } from '../../index.js';
import {
  audioSource,
  listenInfos,
  mediaCodecs,
  videoSource,
} from '../parameters.js';

/**
 * @param {import('../../__test__/support/server.mjs').TestServer} server
 * @param {{ peers: number, delayMs: number }} options - The delay is each way.
 * @returns {Promise<{ awaits: number, roundTrips: number, ms: number, idealMs: number }>} Of the peers'
 *   joining.
 */
export async function joinRoom(server, { peers, delayMs }) {
  const proxy = await Proxy.start({
    target: server.port,
    random: new Random(1),
  });
  const mediasoup = await connect(server.urlOf(proxy.port), server.options());

  try {
    const worker = await mediasoup.createWorker();
    const router = await worker.createRouter({ mediaCodecs });
    const room = new Room(router);

    proxy.delayMs = delayMs;
    proxy.roundTrips = 0;

    const start = performance.now();

    for (let number = 0; number < peers; ++number) {
      await room.join(number);
    }

    return {
      awaits: room.awaits,
      roundTrips: proxy.roundTrips,
      ms: performance.now() - start,
      idealMs: room.awaits * 2 * delayMs,
    };
  } finally {
    mediasoup.close();
    await proxy.close();
  }
}

/** Everybody has a transport each way and two Producers, and consumes everybody else. */
class Room {
  #router;
  #peers = [];

  /** Number of times that the program has waited for the server. */
  awaits = 0;

  constructor(router) {
    this.#router = router;
  }

  async join(number) {
    const appData = { peerId: `peer ${number}`, displayName: `Peer ${number}` };
    const [sending, receiving] = await this.#all([1, 2], () =>
      this.#router.createWebRtcTransport({ listenInfos, appData }),
    );

    await this.#all([sending, receiving], (transport) =>
      transport.connect({ dtlsParameters: dtlsParameters() }),
    );

    const producers = await this.#all(
      [audioSource(), videoSource()],
      (source) => sending.produce({ ...source, appData }),
    );
    const others = [...this.#peers];

    this.#peers.push({ receiving, producers, appData });

    // The newcomer consumes everybody, and everybody the newcomer.
    const consumers = await this.#all(
      others.flatMap((other) => [
        ...other.producers.map(({ id }) => [receiving, id, appData]),
        ...producers.map(({ id }) => [other.receiving, id, other.appData]),
      ]),
      ([transport, producerId, ownerData]) =>
        transport.consume({
          producerId,
          rtpCapabilities: this.#router.rtpCapabilities,
          paused: true,
          appData: ownerData,
        }),
    );

    await this.#all(consumers, (consumer) => consumer.resume());
  }

  /** Asks for all at once and awaits once. */
  async #all(items, ask) {
    if (items.length === 0) {
      return [];
    }

    ++this.awaits;

    return Promise.all(items.map(ask));
  }
}

function dtlsParameters() {
  return {
    role: 'client',
    fingerprints: [
      {
        algorithm: 'sha-256',
        value: Array.from({ length: 32 }, () => '82').join(':'),
      },
    ],
  };
}
