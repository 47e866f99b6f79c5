'use strict';
/**
 * Measurement of worker processes: the time from `createWorker()` to a running Worker, and from a SIGKILL to
 * the event `died`. `measure.js` calls it with a module; it resolves with median and maximum.
 */
const { once } = require('node:events');
const { performance } = require('node:perf_hooks');

const PROCESSES = 20;

module.exports = async function processes(mediasoup) {
  const starts = [];
  const deaths = [];

  for (let count = 0; count < PROCESSES; ++count) {
    const start = performance.now();
    const worker = await mediasoup.createWorker();

    starts.push(performance.now() - start);

    const died = once(worker, 'died');
    const kill = performance.now();

    process.kill(worker.pid, 'SIGKILL');
    await died;
    deaths.push(performance.now() - kill);
  }

  return {
    createWorker: { medianMs: median(starts), maxMs: Math.max(...starts) },
    'SIGKILL to died': { medianMs: median(deaths), maxMs: Math.max(...deaths) },
  };
};

function median(values) {
  return values.sort((a, b) => a - b)[values.length >> 1];
}
