/**
 * Runs measurements in a child process each, for `run.mjs` and `remote.mjs`, so that none inherits another's
 * memory or compiled code. `measure()` resolves with the results; `machine()` describes the computer for the
 * report.
 */
import { fork } from 'node:child_process';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { environmentFor } from '../__test__/support/reference.js';

/** Runs one measurement on one module. */
export function measure(target, name, size, env = {}) {
  return new Promise((resolve, reject) => {
    const child = fork(
      fileURLToPath(new URL('./measure.js', import.meta.url)),
      [name, JSON.stringify(size)],
      {
        env: { ...environmentFor(target), ...env },
        execArgv: ['--expose-gc'],
      },
    );
    let results;

    child.on('message', (message) => {
      results = message;
    });
    child.on('error', reject);
    child.on('exit', (code, signal) =>
      results
        ? resolve(results)
        : reject(
            new Error(`${name} on ${target}: ${signal ?? `code ${code}`}`),
          ),
    );
  });
}

/** A line about this machine and how often it was measured. */
export function machine(runs) {
  const [{ model }] = os.cpus();
  const load = os.loadavg().map((average) => average.toFixed(1));

  return `${os.cpus().length} x ${model}, Node.js ${process.version}, ${runs}, load ${load.join(' ')}\n`;
}
