/**
 * Measurement of the time from a cut of the TCP connection until a session goes on, over TLS. `remote.mjs`
 * calls it with a running server; it resolves with the milliseconds of each cut, sorted.
 */
import { once } from 'node:events';
import { Proxy } from '../../__test__/support/proxy.mjs';
import { Random } from '../../__test__/support/random.js';
import { connect } from '../../index.js';

/**
 * @param {import('../../__test__/support/server.mjs').TestServer} server
 * @param {number} cuts
 * @returns {Promise<number[]>} Milliseconds until an answer came over the new link, in order of size.
 */
export async function resumeTimes(server, cuts) {
  const proxy = await Proxy.start({
    target: server.port,
    random: new Random(1),
  });
  const mediasoup = await connect(server.urlOf(proxy.port), server.options());
  const times = [];

  try {
    const worker = await mediasoup.createWorker();

    for (let cut = 0; cut < cuts; ++cut) {
      const resumed = once(mediasoup.connection, 'resumed');
      const start = performance.now();

      proxy.cut();
      await resumed;
      await worker.getResourceUsage();
      times.push(performance.now() - start);
    }
  } finally {
    mediasoup.close();
    await proxy.close();
  }

  return times.sort((a, b) => a - b);
}
