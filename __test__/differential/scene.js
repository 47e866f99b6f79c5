'use strict';
/** Common beginnings of scenarios. */
const {
  audioSource,
  loopback,
  mediaCodecs,
  simulcastParameters,
  svcParameters,
  videoSource,
} = require('./fixtures.js');

async function startRouter(mediasoup) {
  const worker = await mediasoup.createWorker();
  const router = await worker.createRouter({ mediaCodecs: mediaCodecs() });

  return { worker, router };
}

const webRtcTransport = (router, options) =>
  router.createWebRtcTransport({ listenInfos: [loopback()], ...options });

/** A Router with Producers of three kinds, and a transport to consume them on. */
async function consuming(mediasoup) {
  const { worker, router } = await startRouter(mediasoup);
  const source = await webRtcTransport(router);
  const sink = await webRtcTransport(router);
  const producers = {
    audio: await source.produce(audioSource()),
    simulcast: await source.produce(videoSource(simulcastParameters())),
    svc: await source.produce(videoSource(svcParameters(), { paused: true })),
  };

  return { worker, router, source, sink, producers };
}

module.exports = { consuming, startRouter, webRtcTransport };
