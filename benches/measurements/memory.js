'use strict';
/**
 * Measurement of memory that each Consumer takes in the application's process. `measure.js` calls it with a
 * module; it creates thousands of audio and video Consumers and resolves with the growth per Consumer.
 */
const { memoryBytes, repeat } = require('../clock.js');
const {
  audioSource,
  listenInfos,
  mediaCodecs,
  videoSource,
} = require('../parameters.js');

/** Consumers ahead of the first that counts: what is made once isn't a Consumer's. */
const WARM_UP = 100;
const IN_FLIGHT = 64;
const KIBIBYTE = 1024;

module.exports = async function memory(mediasoup, { consumers }) {
  const results = {};

  for (const [kind, source] of [
    ['audio', audioSource()],
    ['video', videoSource()],
  ]) {
    const worker = await mediasoup.createWorker();
    const router = await worker.createRouter({ mediaCodecs });
    const sender = await router.createWebRtcTransport({ listenInfos });
    const receiver = await router.createWebRtcTransport({ listenInfos });
    const { id: producerId } = await sender.produce(source);
    const { rtpCapabilities } = router;
    const consume = () =>
      receiver.consume({ producerId, rtpCapabilities, paused: true });
    const kept = await repeat(WARM_UP, IN_FLIGHT, consume);
    const before = memoryBytes();

    kept.push(...(await repeat(consumers, IN_FLIGHT, consume)));

    const after = memoryBytes();

    results[`${kind} Consumer`] = {
      heapKiB: (after.heap - before.heap) / consumers / KIBIBYTE,
      rssKiB: (after.rss - before.rss) / consumers / KIBIBYTE,
    };
    worker.close();
    kept.length = 0;
  }

  return results;
};
