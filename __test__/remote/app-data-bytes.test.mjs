/**
 * Test of the bytes that appData and options take on a link: values that repeat are sent once, so that a room
 * of 20 peers must take at most a fifth of the bytes that it would take with every value inline.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode } from '@msgpack/msgpack';
import { audioSource, listenInfos, mediaCodecs } from '../support/remote.mjs';
import { stage } from './support.mjs';
import { videoSource } from '../../benches/parameters.js';

test('what repeats is sent once: a room of 20 peers takes a fifth of the bytes', async (context) => {
  const it = await stage(context, { tls: false });
  const proxy = await it.proxy();
  const mediasoup = await it.connect({ proxy });
  const without = new Without();
  const before = mediasoup.stats().bytesSent;

  await meetingOf(20, mediasoup, without);

  const bytes = mediasoup.stats().bytesSent - before;

  context.diagnostic(
    `${bytes} bytes with interning, ${without.bytes} without: 1/${(without.bytes / bytes).toFixed(1)}`,
  );
  assert.ok(bytes > 0 && bytes * 5 <= without.bytes);
});

/** Size of the same commands with every value inline. */
class Without {
  bytes = 0;

  call(command, options, appData) {
    this.bytes += encode({
      call: {
        target: 1000,
        command: { [command]: { ...options, appData } },
      },
    }).length;
  }
}

/** Everybody has a transport each way and two Producers, and consumes everybody else. */
async function meetingOf(count, mediasoup, without) {
  const worker = await mediasoup.createWorker();
  const router = await worker.createRouter({ mediaCodecs });
  const { rtpCapabilities } = router;
  const peers = [];

  without.call('createRouter', { mediaCodecs });

  const consume = ({ receiving, appData }, producers) =>
    producers.map(({ id: producerId }) => {
      const options = { producerId, rtpCapabilities, paused: true };

      without.call('consume', options, appData);

      return receiving.consume({ ...options, appData });
    });

  for (let number = 0; number < count; ++number) {
    const appData = { peerId: `peer ${number}`, name: 'x'.repeat(40) };
    const transportOptions = { listenInfos, enableSctp: true };
    const [sending, receiving] = await Promise.all(
      [1, 2].map(() => {
        without.call('createWebRtcTransport', transportOptions, appData);

        return router.createWebRtcTransport({ ...transportOptions, appData });
      }),
    );
    const producers = await Promise.all(
      [videoSource(), audioSource(9000 + number)].map((source) => {
        without.call('produce', source, appData);

        return sending.produce({ ...source, appData });
      }),
    );
    const peer = { receiving, appData, producers };

    await Promise.all([
      ...peers.flatMap((other) => consume(peer, other.producers)),
      ...peers.flatMap((other) => consume(other, producers)),
    ]);
    peers.push(peer);
  }
}
