/**
 * The module under test (this package, or the one that MEDIASOUP_UNDER_TEST names) with the functions that
 * the lifecycle tests share: fake workers, kills, and counts of processes and descriptors.
 */
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

import { audioSource, mediaCodecs } from '../support/rtp.mjs';
import { modules, workerBinary } from '../support/reference.js';

export { until } from '../support/until.mjs';
export { childrenOf, isAlive, openDescriptors } from '../support/processes.mjs';

export { audioSource, mediaCodecs };

const require = createRequire(import.meta.url);

/** Variable by which both modules find the worker binary. */
process.env.MEDIASOUP_WORKER_BIN ??= workerBinary();

const moduleUnderTest = process.env.MEDIASOUP_UNDER_TEST ?? modules.ours;
export const mediasoup = require(moduleUnderTest);

/** A worker program that misbehaves in the given way. */
export const fakeWorker = (behaviour) => ({
  workerBin: fileURLToPath(new URL('./fake-worker.js', import.meta.url)),
  logTags: [behaviour],
});

/** Kills a Worker's process and waits until the module has noticed. */
export async function kill(worker) {
  const died = once(worker, 'died');

  process.kill(worker.pid, 'SIGKILL');

  return died;
}

/** A Worker with a Router on it, a transport, and something on the transport. */
export async function meeting() {
  const worker = await mediasoup.createWorker();
  const router = await worker.createRouter({ mediaCodecs });
  const transport = await router.createWebRtcTransport({
    listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }],
  });
  const direct = await router.createDirectTransport();
  const producer = await transport.produce(audioSource());
  const consumer = await direct.consume({
    producerId: producer.id,
    rtpCapabilities: router.rtpCapabilities,
  });
  const dataProducer = await direct.produceData();

  return {
    worker,
    router,
    transport,
    direct,
    producer,
    consumer,
    dataProducer,
  };
}
