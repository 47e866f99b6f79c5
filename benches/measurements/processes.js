'use strict';
/** A Worker's process: how long it takes to start, and to be known as dead. */
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
