/**
 * Runs `remote-mediasoup` as a child process, as npm's users do, for the tests of `port` and `doctor`. It
 * resolves with exit code and output.
 */

import { execFile } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const LAUNCHER = fileURLToPath(
  new URL('../../bin/remote-mediasoup.js', import.meta.url),
);

/** No command that is tested here takes longer. */
const TIMEOUT_MS = 60_000;

/**
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string> }} [options] - `env` is added to this process's,
 *   without what names a server.
 * @returns {Promise<{ code: number, stdout: string, stderr: string }>}
 */
export function command(args, { cwd, env } = {}) {
  const own = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('REMOTE_MEDIASOUP_') && name !== 'DEBUG',
  );

  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [LAUNCHER, ...args],
      {
        cwd,
        env: { ...Object.fromEntries(own), ...env },
        timeout: TIMEOUT_MS,
      },
      (error, stdout, stderr) =>
        resolve({ code: error ? error.code : 0, stdout, stderr }),
    );
  });
}
