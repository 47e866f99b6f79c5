/**
 * Polling for tests, where no event announces a state: `until()` resolves once a condition holds, and fails
 * after some seconds with a text that names it.
 */
import { setTimeout as delay } from 'node:timers/promises';

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
