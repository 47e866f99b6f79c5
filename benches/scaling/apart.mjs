/**
 * Runner of one measurement in a process of its own (point.mjs), on cores of its own.
 *
 * The benchmarks of scaling and of media call it; it returns what point.mjs has measured.
 */
import { fork } from 'node:child_process';
import os from 'node:os';
import { fileURLToPath } from 'node:url';

const TIMEOUT_MS = 120_000;

/**
 * @param {object} options - Those of point.mjs, and:
 * @param {import('./cases.mjs').Case} options.one
 * @param {import('./cores.mjs').Cores} options.cores
 * @param {string} options.generator - The load generator's binary.
 * @param {NodeJS.ProcessEnv} [options.env] - In addition to the case's.
 * @param {AbortSignal} options.signal - Ends the measurement.
 * @returns {Promise<object>}
 */
export function measureApart({
  one,
  cores,
  generator,
  env,
  signal,
  ...options
}) {
  const { module, workers, vertical } = one;
  const child = fork(
    fileURLToPath(new URL('./point.mjs', import.meta.url)),
    [
      JSON.stringify({
        ...options,
        module,
        workers,
        vertical: vertical !== undefined,
        generator: [generator],
      }),
    ],
    {
      ...cores.others,
      env: { ...process.env, ...cores.env(one.cores), ...one.env, ...env },
      timeout: TIMEOUT_MS,
      signal,
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    },
  );
  const errors = [];

  child.stderr.on('data', (data) => errors.push(data));

  return new Promise((resolve, reject) => {
    let result;

    child.on('message', (message) => {
      result = message;
    });
    child.on('error', reject);
    child.on('close', (code, ended) => {
      if (result) {
        resolve(result);

        return;
      }

      const text = String(Buffer.concat(errors));

      console.error(text);
      reject(
        new Error(
          /^\w*Error: (.*)/m.exec(text)?.[1] ??
            `measurement ended with ${ended ?? `code ${code}`}`,
        ),
      );
    });
  });
}

/** Returns what a reader of results needs to know of the machine. */
export function machine(cores) {
  const [{ model }] = os.cpus();

  return {
    cpus: os.cpus().length,
    model,
    node: process.version,
    load: os.loadavg()[0].toFixed(1),
    share: cores.share,
    cores: String(cores),
  };
}
