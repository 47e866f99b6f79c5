/**
 * Test of `npx remote-mediasoup` as users start it: arguments, output, exit code and signals must pass
 * through Node to the server binary and back.
 */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import process from 'node:process';
import readline from 'node:readline';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { buildServer } from '../../scripts/build-server.mjs';
import { buildWorker } from '../../scripts/build-worker.mjs';

const LAUNCHER = fileURLToPath(
  new URL('../../bin/remote-mediasoup.js', import.meta.url),
);
const { version } = createRequire(import.meta.url)('../../package.json');

describe('bin/remote-mediasoup.js', { timeout: 15 * 60_000 }, () => {
  before(async () => {
    await buildWorker();
    await buildServer();
  });

  it('hands on arguments and output', async () => {
    const launcher = launch('--version');
    const [line] = await once(lines(launcher.stdout), 'line');

    assert.equal(line, `remote-mediasoup ${version}`);
    assert.deepEqual(await once(launcher, 'exit'), [0, null]);
  });

  it('ends as the binary does', async () => {
    const launcher = launch('serve', '--no-such-option');

    assert.deepEqual(await once(launcher, 'exit'), [2, null]);
  });

  for (const signal of ['SIGTERM', 'SIGINT']) {
    it(`hands on ${signal}`, async () => {
      const launcher = launch('serve', '--listen', '127.0.0.1:0');
      const [line] = await once(lines(launcher.stdout), 'line');

      assert.match(line, /^listening on ws:\/\/127\.0\.0\.1:\d+$/);
      launcher.kill(signal);
      assert.deepEqual(await once(launcher, 'exit'), [0, null]);
    });
  }
});

function launch(...args) {
  return spawn(process.execPath, [LAUNCHER, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

function lines(input) {
  return readline.createInterface({ input });
}
