/** The module under test, and what the operating system knows about this process. */
import { once } from 'node:events';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const { modules, workerBinary } = require('../support/reference.js');

/** Both modules are told by this which worker binary to run. */
process.env.MEDIASOUP_WORKER_BIN ??= workerBinary();

export const moduleUnderTest = process.env.MEDIASOUP_UNDER_TEST ?? modules.ours;
export const mediasoup = require(moduleUnderTest);

export const mediaCodecs = [
  { kind: 'audio', mimeType: 'audio/opus', clockRate: 48000, channels: 2 },
];

/** A worker program that misbehaves in the way that is asked for. */
export const fakeWorker = (behaviour) => ({
  workerBin: fileURLToPath(new URL('./fake-worker.js', import.meta.url)),
  logTags: [behaviour],
});

const POLL_INTERVAL_MS = 5;

/**
 * Waits for what no event tells of, such as the end of somebody else's process.
 *
 * @param {string} what - For the error, if it doesn't happen in time.
 * @param {() => boolean} condition
 * @param {number} [timeoutMs]
 */
export async function until(what, condition, timeoutMs = 5000) {
  const deadline = performance.now() + timeoutMs;

  while (!condition()) {
    if (performance.now() > deadline) {
      throw new Error(`${what}: not within ${timeoutMs} ms`);
    }

    await delay(POLL_INTERVAL_MS);
  }
}

/** Kills a Worker's process and waits until the module has noticed. */
export async function kill(worker) {
  const died = once(worker, 'died');

  process.kill(worker.pid, 'SIGKILL');

  return died;
}

export function isAlive(pid) {
  try {
    process.kill(pid, 0);

    // A process that has ended and that nobody has waited for can still be sent signals.
    return !/^State:\s+Z/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Number of open file descriptors of this process. */
export function openDescriptors() {
  return fs.readdirSync('/proc/self/fd').length;
}

/** Pids of the children of a process, dead ones that nobody has waited for included. */
export function childrenOf(pid = process.pid) {
  return fs
    .readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter((child) => child !== '')
    .map(Number);
}

/** A Worker with a Router on it, a transport, and something on the transport. */
export async function meeting() {
  const worker = await mediasoup.createWorker();
  const router = await worker.createRouter({ mediaCodecs });
  const transport = await router.createWebRtcTransport({
    listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }],
  });
  const direct = await router.createDirectTransport();
  const producer = await transport.produce({
    kind: 'audio',
    rtpParameters: {
      codecs: [
        {
          mimeType: 'audio/opus',
          payloadType: 111,
          clockRate: 48000,
          channels: 2,
        },
      ],
      encodings: [{ ssrc: 11111111 }],
    },
  });
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
