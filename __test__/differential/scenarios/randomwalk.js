'use strict';
/**
 * Scenario of the differential test about random operations: objects are created, paused, resumed and closed
 * in an order that the seed gives. `record.js` runs it on npm's mediasoup and on this package; a difference
 * between the two recordings fails the test.
 */
const { stateOf } = require('../api.js');
const {
  audioParameters,
  loopback,
  mediaCodecs,
  simulcastParameters,
} = require('../fixtures.js');

const STEPS = 300;

/** A walk that only grows soon consists of dumps; this is how many of a kind there may be. */
const MAX_PER_KIND = 8;

module.exports = async ({ mediasoup, random, step }) => {
  const worker = await mediasoup.createWorker();
  const walk = new Walk(worker, random);

  await walk.grow('router');

  for (let count = 1; count <= STEPS; ++count) {
    const { name, run } = walk.next();

    // A worker's word on a Producer and the answer to its pause() race each other.
    await step(`${count}: ${name}`, { ordered: false }, run);
  }

  await step('all states', () => walk.all().map(stateOf));
  await step('dump() of the Worker', () => worker.dump());
  await step('close() of the Worker', { ordered: false }, () => worker.close());
};

class Walk {
  #worker;
  #random;
  #ssrc = 1000;
  #objects = {
    router: [],
    transport: [],
    producer: [],
    consumer: [],
    dataProducer: [],
    dataConsumer: [],
  };

  constructor(worker, random) {
    this.#worker = worker;
    this.#random = random;
  }

  all() {
    return Object.values(this.#objects).flat();
  }

  /** @returns {{ name: string, run: () => unknown }} What comes next. */
  next() {
    const kind = this.#random.pick(Object.keys(this.#objects));
    const objects = this.#objects[kind];
    const dice = this.#random.below(100);

    if (objects.length === 0 || (dice < 45 && objects.length < MAX_PER_KIND)) {
      return { name: `new ${kind}`, run: () => this.grow(kind) };
    }

    // Closed objects stay in the game: what they answer is part of it.
    const index = this.#random.below(objects.length);
    const object = objects[index];

    if (dice < 60) {
      return { name: `close() of ${kind} ${index}`, run: () => object.close() };
    }
    if (dice < 85 && 'pause' in object) {
      const method = this.#random.pick(['pause', 'resume']);

      return {
        name: `${method}() of ${kind} ${index}`,
        run: () => object[method](),
      };
    }

    return { name: `dump() of ${kind} ${index}`, run: () => object.dump() };
  }

  /** Makes an object of a kind out of whatever objects there are, open or closed. */
  async grow(kind) {
    const list = this.#objects[kind];

    if (list.length >= MAX_PER_KIND) {
      list.shift();
    }

    const made = await this.#make(kind);

    list.push(made);

    return made;
  }

  async #make(kind) {
    const { router, transport, producer, dataProducer } = this.#objects;
    const pick = (list, otherwise) =>
      list.length > 0 ? this.#random.pick(list) : otherwise;

    switch (kind) {
      case 'router':
        return this.#worker.createRouter({ mediaCodecs: mediaCodecs() });
      case 'transport':
        return this.#random.below(2) === 0
          ? pick(router).createDirectTransport()
          : pick(router).createPlainTransport({
              listenInfo: loopback(),
              enableSctp: true,
            });
      case 'producer':
        return pick(transport).produce(this.#source());
      case 'consumer': {
        const { id: producerId } = pick(producer, { id: 'nothing' });

        return pick(transport).consume({
          producerId,
          rtpCapabilities: router[0].rtpCapabilities,
        });
      }
      case 'dataProducer':
        return pick(transport).produceData({
          sctpStreamParameters: { streamId: ++this.#ssrc },
        });
      default: {
        const { id: dataProducerId } = pick(dataProducer, { id: 'nothing' });

        return pick(transport).consumeData({ dataProducerId });
      }
    }
  }

  #source() {
    this.#ssrc += 10;

    const mid = `MID${this.#ssrc}`;

    return this.#random.below(2) === 0
      ? {
          kind: 'audio',
          rtpParameters: { ...audioParameters(this.#ssrc), mid },
        }
      : {
          kind: 'video',
          rtpParameters: { ...simulcastParameters(this.#ssrc), mid },
        };
  }
}
