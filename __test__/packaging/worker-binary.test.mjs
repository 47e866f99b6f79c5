/**
 * Test of the worker binary, started as a program without this package's JavaScript: its exit codes, its
 * signals and the end of its channel must be those of upstream's mediasoup-worker.
 */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { before, describe, it } from 'node:test';
import path from 'node:path';

import { buildWorker } from '../../scripts/build-worker.mjs';
import { platformDir } from '../../scripts/lib/project.mjs';

const BINARY = path.join(platformDir, 'remote-mediasoup-worker');
const CHANNEL_FDS = ['pipe', 'pipe'];

describe('remote-mediasoup-worker', () => {
  before(buildWorker);

  it('exits with 41 where nothing says by whom it was started', async () => {
    const worker = start({ env: {} });

    assert.deepEqual(await once(worker, 'exit'), [41, null]);
  });

  it('exits with 42 where an argument is wrong', async () => {
    for (const argument of ['--logLevel=loud', '--rtcMinPort=x', '--unknown']) {
      const worker = start({ args: [argument] });

      assert.deepEqual(await once(worker, 'exit'), [42, null], argument);
    }
  });

  it('aborts where it has no channel', async () => {
    const worker = start({ channel: [] });

    assert.deepEqual(await once(worker, 'exit'), [null, 'SIGABRT']);
  });

  it('runs until its channel ends', async () => {
    const worker = await running();

    worker.stdio[3].end();
    assert.deepEqual(await once(worker, 'exit'), [0, null]);
  });

  for (const signal of ['SIGINT', 'SIGTERM']) {
    it(`closes itself upon ${signal}`, async () => {
      const worker = await running();

      worker.kill(signal);
      assert.deepEqual(await once(worker, 'exit'), [0, null]);
    });
  }

  it('ignores the signals that have nothing to do with its life', async () => {
    const worker = await running();

    for (const signal of [
      'SIGPIPE',
      'SIGHUP',
      'SIGALRM',
      'SIGUSR1',
      'SIGUSR2',
    ]) {
      worker.kill(signal);
    }

    // Were it dead by one of them, that one would be named here.
    worker.kill('SIGTERM');
    assert.deepEqual(await once(worker, 'exit'), [0, null]);
  });
});

/** A worker that has said that it is there. */
async function running() {
  const worker = start({ args: ['--logLevel=none'] });

  await once(worker.stdio[4], 'data');

  return worker;
}

function start({
  args = [],
  env = { MEDIASOUP_VERSION: '3.27.1' },
  channel = CHANNEL_FDS,
}) {
  const worker = spawn(BINARY, args, {
    env,
    stdio: ['ignore', 'ignore', 'ignore', ...channel],
  });

  // What is still on its way to a worker that ends is of no interest.
  for (const end of worker.stdio) {
    end?.on('error', () => {});
  }

  return worker;
}
