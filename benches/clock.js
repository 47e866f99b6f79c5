'use strict';
/**
 * Meters that the measurements in `measurements/` share: operations per second, CPU time of the main thread,
 * and memory after garbage collection.
 */
const fs = require('node:fs');
const { performance } = require('node:perf_hooks');

/** Finalizers run in turns of the event loop of their own. */
const FINALIZATION_MS = 100;

/**
 * CPU time of the main thread alone, in microseconds: garbage collection and whatever runs on
 * other threads don't count. Linux tells it in nanoseconds, elsewhere the whole process must do.
 */
function mainThreadCpuUs() {
  try {
    const file = `/proc/self/task/${process.pid}/schedstat`;

    return Number(fs.readFileSync(file, 'utf8').split(' ')[0]) / 1000;
  } catch {
    const { user, system } = process.cpuUsage();

    return user + system;
  }
}

/**
 * @param {number} count - How many operations `run()` does.
 * @param {() => Promise<unknown>} run
 * @returns {Promise<{ perSecond: number, cpuUs: number }>} The second one is per operation.
 */
async function time(count, run) {
  global.gc();
  // What is forgotten now is what was measured before: its finalizers have their turns first.
  await new Promise((resolve) => setTimeout(resolve, FINALIZATION_MS));

  const cpu = mainThreadCpuUs();
  const start = performance.now();

  await run();

  return {
    perSecond: (count / (performance.now() - start)) * 1000,
    cpuUs: (mainThreadCpuUs() - cpu) / count,
  };
}

/**
 * Runs an operation again and again, a number of them in flight at any time.
 *
 * @template T
 * @param {number} count
 * @param {number} inFlight
 * @param {(index: number) => Promise<T>} operation
 * @returns {Promise<T[]>}
 */
async function repeat(count, inFlight, operation) {
  const results = new Array(count);
  let next = 0;
  const lane = async () => {
    while (next < count) {
      const index = next++;

      results[index] = await operation(index);
    }
  };

  await Promise.all(Array.from({ length: inFlight }, lane));

  return results;
}

/** Memory that is in use once the garbage has been collected, in bytes. */
function memoryBytes() {
  global.gc();

  const { heapUsed, rss } = process.memoryUsage();

  return { heap: heapUsed, rss };
}

module.exports = { memoryBytes, repeat, time };
