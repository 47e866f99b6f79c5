'use strict';
/**
 * Set-up that scenarios about Consumers share: a Router with an audio, a simulcast and an SVC Producer, and a
 * transport to consume them on.
 */
const {
  audioParameters,
  loopback,
  mediaCodecs,
  simulcastParameters,
  svcParameters,
} = require('./fixtures.js');

/** A Router with Producers of three kinds, and a transport to consume them on. */
exports.consuming = async (mediasoup) => {
  const worker = await mediasoup.createWorker();
  const router = await worker.createRouter({ mediaCodecs: mediaCodecs() });
  const listenInfos = [loopback()];
  const source = await router.createWebRtcTransport({ listenInfos });
  const sink = await router.createWebRtcTransport({ listenInfos });
  const produce = (kind, rtpParameters, options) =>
    source.produce({ kind, rtpParameters, ...options });
  const producers = {
    audio: await produce('audio', audioParameters()),
    simulcast: await produce('video', simulcastParameters()),
    svc: await produce('video', svcParameters(), { paused: true }),
  };

  return { worker, router, sink, produce, producers };
};
