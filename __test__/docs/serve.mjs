/**
 * Server for code blocks in documents, on loopback, where clients need no token. The checker of documents
 * (`checker.mjs`) starts one for programs that connect, and one for each token file, which the server must
 * accept; it returns the URL, the log and a function that stops it.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';
import readline from 'node:readline';

import { platformDir } from '../../scripts/lib/project.mjs';

/** Longer than that takes only a server that hangs: it is ended, and so is the wait. */
const START_TIMEOUT_MS = 20_000;

/**
 * Starts it on a free port.
 *
 * @param {string} folder - Where it runs.
 * @param {...string} args - More of `serve`'s.
 * @returns {Promise<{url?: string, said: string[], stop(): Promise<void>}>}
 * Without `url` it didn't start; `said` is why.
 */
export async function serve(folder, ...args) {
  const child = spawn(
    path.join(platformDir, 'remote-mediasoup'),
    ['serve', '--listen', '127.0.0.1:0', ...args],
    {
      cwd: folder,
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const said = [];
  const ended = once(child, 'close');
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  const tooLate = setTimeout(stop, START_TIMEOUT_MS);

  readline
    .createInterface({ input: child.stderr })
    .on('line', (line) => said.push(line));

  const line = await Promise.race([
    once(readline.createInterface({ input: child.stdout }), 'line'),
    ended.then(() => ['']),
  ]);

  clearTimeout(tooLate);

  return { url: /wss?:\S+/.exec(line[0])?.[0], said, stop };
}
