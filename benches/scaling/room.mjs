/**
 * Room of a scaling measurement: the load generator sends its speakers' media and counts its listeners'
 * packets. `point.mjs` opens one and adds listeners; each is a PlainTransport that consumes every speaker
 * once.
 *
 * With several Workers it does by hand what applications do: a Router on each, transports in turn, and
 * `pipeToRouter()` where a listener's Router doesn't have the Producer yet. With a vertical Worker it creates
 * one Router, and the package does the same by itself.
 */
import { randomBytes } from 'node:crypto';
import { mediaCodecs, produceOptions, sourceOf } from './streams.mjs';

/** Chromium's choice. */
const SRTP_SUITE = 'AEAD_AES_256_GCM';
const SRTP_KEY_BYTES = 44;
const FIRST_SSRC = 1_000;

export class Room {
  #workers = [];
  #routers = [];
  #generator;
  #stream;
  #srtp;
  #isEstimating;
  #turn = 0;

  /** Producers, with their Router and the pipes to others. */
  #speakers = [];

  /** Transports of listeners, the oldest first. */
  #listeners = [];

  /**
   * @param {typeof import('mediasoup')} mediasoup
   * @param {object} options
   * @param {import('./generator.mjs').Generator} options.generator
   * @param {number} options.workers - How many Workers the program creates.
   * @param {number} options.speakers
   * @param {object} options.stream - One of `STREAMS`.
   * @param {boolean} options.srtp
   * @param {boolean} [options.isEstimating] - True if the worker estimates listeners' bandwidth. The load generator
   *   sends no feedback, so that the worker then keeps a minute of packets for each listener, which no browser makes
   *   it do.
   */
  static async open(
    mediasoup,
    { generator, workers, speakers, stream, srtp, isEstimating = true },
  ) {
    const room = new Room();

    room.#generator = generator;
    room.#stream = stream;
    room.#srtp = srtp;
    room.#isEstimating = isEstimating;

    for (let number = 0; number < workers; ++number) {
      const worker = await mediasoup.createWorker();

      room.#workers.push(worker);
      room.#routers.push(await worker.createRouter({ mediaCodecs }));
    }

    const sources = [];

    for (let number = 0; number < speakers; ++number) {
      sources.push(await room.#addSpeaker(FIRST_SSRC + number));
    }

    await generator.send(sources);

    return room;
  }

  /** True if the module could spread one Worker over several. */
  static isVertical(worker) {
    return typeof worker.stats === 'function';
  }

  get workers() {
    return this.#workers;
  }

  get consumers() {
    return this.#listeners.length * this.#speakers.length;
  }

  /** One more listener; several may come at once. */
  async join() {
    const socket = this.#turn % this.#generator.ports.length;
    const router = this.#nextRouter();
    const transport = await this.#createTransport(router);

    this.#listeners.push(transport);
    await transport.connect({
      ip: '127.0.0.1',
      port: this.#generator.ports[socket],
      ...this.#srtpParameters(newKey()),
    });

    const expected = [];

    for (const [source, speaker] of this.#speakers.entries()) {
      await pipe(speaker, router);

      const { rtpParameters } = await transport.consume({
        producerId: speaker.producer.id,
        rtpCapabilities: this.#isEstimating
          ? router.rtpCapabilities
          : withoutEstimation(router.rtpCapabilities),
      });

      expected.push({
        port: transport.tuple.localPort,
        ssrc: rtpParameters.encodings[0].ssrc,
        source,
        socket,
        srtpKey: bytesOf(transport.srtpParameters?.keyBase64),
      });
    }

    await this.#generator.expect(expected);
  }

  /** The listener goes that came first. */
  leave() {
    this.#listeners.shift().close();
  }

  async #addSpeaker(ssrc) {
    const router = this.#nextRouter();
    const transport = await this.#createTransport(router, { comedia: true });
    const key = newKey();

    if (this.#srtp) {
      await transport.connect(this.#srtpParameters(key));
    }

    const producer = await transport.produce(
      produceOptions(this.#stream, ssrc),
    );

    this.#speakers.push({ producer, home: router, pipes: new Map() });

    return sourceOf(this.#stream, {
      ssrc,
      port: transport.tuple.localPort,
      srtpKey: this.#srtp ? bytesOf(key) : undefined,
    });
  }

  #createTransport(router, options) {
    return router.createPlainTransport({
      listenInfo: { protocol: 'udp', ip: '127.0.0.1' },
      rtcpMux: true,
      ...(this.#srtp && { enableSrtp: true, srtpCryptoSuite: SRTP_SUITE }),
      ...options,
    });
  }

  #nextRouter() {
    return this.#routers[this.#turn++ % this.#routers.length];
  }

  #srtpParameters(keyBase64) {
    return this.#srtp
      ? { srtpParameters: { cryptoSuite: SRTP_SUITE, keyBase64 } }
      : {};
  }
}

/** Once per Router: whoever comes meanwhile waits for the same pipe. */
async function pipe({ producer, home, pipes }, router) {
  if (router !== home && !pipes.has(router)) {
    pipes.set(router, home.pipeToRouter({ producerId: producer.id, router }));
  }

  await pipes.get(router);
}

/** Capabilities of a listener that sends no feedback on bandwidth, such as a recorder. */
function withoutEstimation({ codecs, headerExtensions }) {
  const isEstimation = ({ type }) =>
    type === 'transport-cc' || type === 'goog-remb';

  return {
    codecs: codecs.map((codec) => ({
      ...codec,
      rtcpFeedback: codec.rtcpFeedback.filter((one) => !isEstimation(one)),
    })),
    headerExtensions: headerExtensions.filter(
      ({ uri }) =>
        !uri.includes('transport-wide-cc') && !uri.includes('abs-send-time'),
    ),
  };
}

function newKey() {
  return randomBytes(SRTP_KEY_BYTES).toString('base64');
}

/** As an array: the load generator reads JSON. */
function bytesOf(base64) {
  return base64 && [...Buffer.from(base64, 'base64')];
}
