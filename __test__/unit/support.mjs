/**
 * Functions that the unit tests share: `lib()` loads a file of `lib/`, `inProcess()` runs a script with this
 * package in a child process.
 */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';

const require = createRequire(import.meta.url);
const { repositoryRoot, workerBinary } = require('../support/reference.js');

process.env.MEDIASOUP_WORKER_BIN ??= workerBinary();

export { temporaryFolder } from '../support/temporary.mjs';

export { repositoryRoot };

/** `lib('classes/sctpMessage')` is what lib/classes/sctpMessage.js exports. */
export const lib = (name) => require(path.join(repositoryRoot, 'lib', name));

export const mediasoup = require(repositoryRoot);

const run = promisify(execFile);

/**
 * Runs a script in a process of its own, where `mediasoup` is this package.
 *
 * @param {string} script - The body of an async function.
 * @param {{ env?: object, args?: string[] }} [options] - `args` are Node's.
 * @returns {Promise<{ stdout: string, stderr: string }>}
 */
export function inProcess(script, { env = {}, args = [] } = {}) {
  const source = `
    const mediasoup = require(${JSON.stringify(repositoryRoot)});
    (async () => { ${script} })().catch((error) => {
      console.error(error);
      process.exitCode = 1;
    });`;

  return run(process.execPath, [...args, '--eval', source], {
    cwd: repositoryRoot,
    env: { ...process.env, ...env },
  });
}
