'use strict';
/**
 * Measurement of requests to a Worker (create, produce, consume, dump, ...), one at a time and 64 in flight.
 * `measure.js` calls it with a module; it resolves with operations per second and CPU time per operation.
 */
const { repeat, time } = require('../clock.js');
const {
  audioSource,
  listenInfos,
  mediaCodecs,
  videoSource,
} = require('../parameters.js');

const IN_FLIGHT = [1, 64];

/** Operations ahead of the first that counts, so that what is measured is compiled code. */
const WARM_UP = 300;

module.exports = async function requests(mediasoup, { objects }) {
  const results = {};

  for (const inFlight of IN_FLIGHT) {
    for (const [name, prepare] of Object.entries(OPERATIONS)) {
      const worker = await mediasoup.createWorker();
      const operation = await prepare(worker, WARM_UP + objects);

      await repeat(WARM_UP, inFlight, operation);

      results[`${name} | ${inFlight}`] = await time(objects, () =>
        repeat(objects, inFlight, (index) => operation(WARM_UP + index)),
      );
      worker.close();
    }
  }

  return results;
};

/** Each prepares a Worker for `count` operations and gives the operation. */
const OPERATIONS = {
  createRouter: async (worker) => () => worker.createRouter({ mediaCodecs }),

  async createWebRtcTransport(worker) {
    const router = await worker.createRouter({ mediaCodecs });

    return () => router.createWebRtcTransport({ listenInfos });
  },

  async 'produce video, 3 layers'(worker) {
    const router = await worker.createRouter({ mediaCodecs });
    const transport = await router.createWebRtcTransport({ listenInfos });

    return () => transport.produce(videoSource());
  },

  'consume audio': (worker) => consuming(worker, audioSource()),

  'consume video': (worker) => consuming(worker, videoSource()),

  async 'consumer.getStats'(worker, count) {
    const consumers = await pausedConsumers(worker, count);

    return (index) => consumers[index].getStats();
  },

  async 'consumer.resume'(worker, count) {
    const consumers = await pausedConsumers(worker, count);

    return (index) => consumers[index].resume();
  },
};

async function consuming(worker, source) {
  const router = await worker.createRouter({ mediaCodecs });
  const sender = await router.createWebRtcTransport({ listenInfos });
  const receiver = await router.createWebRtcTransport({ listenInfos });
  const { id: producerId } = await sender.produce(source);
  const { rtpCapabilities } = router;

  return () => receiver.consume({ producerId, rtpCapabilities, paused: true });
}

async function pausedConsumers(worker, count) {
  const consume = await consuming(worker, videoSource());

  return repeat(count, IN_FLIGHT.at(-1), consume);
}
