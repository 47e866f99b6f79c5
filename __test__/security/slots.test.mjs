/**
 * Test of a hostile user on the server's machine: where CPU slots (lock files, one per CPU) are expected
 * there are links, pipes or files of another user. The server must refuse them, and must neither create nor
 * change a file that a link leads to.
 */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';

import { connect, mediasoup } from '../support/remote.mjs';
import { TestServer } from '../support/server.mjs';
import { until } from '../support/until.mjs';

const NOBODY = 65534;

const isRoot = process.geteuid() === 0;

describe('CPU slots', { timeout: 60_000 }, () => {
  let folder;
  let slots;
  let victim;

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'remote-mediasoup-test-'));
    slots = path.join(folder, 'slots');
    victim = path.join(folder, 'victim');
    fs.mkdirSync(slots);
    fs.mkdirSync(victim);
  });

  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const attacks = {
    'a link to a file that is not there': () =>
      fs.symlinkSync(path.join(victim, 'new'), path.join(slots, 'cpu-0')),
    'a link to a file': () => {
      fs.writeFileSync(path.join(victim, 'old'), '', { mode: 0o600 });
      fs.symlinkSync(path.join(victim, 'old'), path.join(slots, 'cpu-0'));
    },
    'a FIFO': () =>
      execFileSync('mkfifo', ['-m', '666', path.join(slots, 'cpu-0')]),
  };

  for (const [what, attack] of Object.entries(attacks)) {
    it(`refuse ${what}`, async (t) => {
      attack();
      await refused(t, /cpu-0 is a (symbolic link|FIFO), not a regular file/);
    });

    it(
      `refuse the directory of another user, with ${what}`,
      { skip: !isRoot },
      async (t) => {
        attack();
        fs.lchownSync(path.join(slots, 'cpu-0'), NOBODY, NOBODY);
        fs.chownSync(slots, NOBODY, NOBODY);
        await refused(t, /slots belongs to user 65534, not to root/);
      },
    );
  }

  it('refuse a link in the place of their directory', async (t) => {
    fs.rmdirSync(slots);
    fs.symlinkSync(victim, slots);
    await refused(t, /slots is a symbolic link, not a directory/);
  });

  /**
   * Neither a program here nor a client of a server gets a vertical Worker. The error says why, or the
   * server's log. Another client of the same thread is served.
   */
  async function refused(t, reason) {
    const before = contents();

    process.env.REMOTE_MEDIASOUP_SLOTS = slots;
    await assert.rejects(mediasoup.createWorker({ vertical: true }), {
      message: reason,
    });

    const server = await TestServer.start({
      args: ['--threads', '1'],
      env: { REMOTE_MEDIASOUP_SLOTS: slots },
    });

    t.after(() => server.stop());

    const [one, other] = await Promise.all(
      ['one', 'other'].map((session) =>
        connect(server.url, server.options({ session })),
      ),
    );

    t.after(() => [one, other].forEach((client) => client.close()));

    const worker = await other.createWorker();

    await assert.rejects(one.createWorker({ vertical: true }), {
      message: "the server cannot use its CPU slots; see the server's log",
    });
    await worker.getResourceUsage();
    await until('the log says why', () =>
      server.log.some((line) => reason.test(line)),
    );
    assert.deepEqual(contents(), before);
  }

  /** Everything there is, with type, permissions and owner. */
  function contents() {
    return fs.readdirSync(folder, { recursive: true }).map((name) => {
      const { mode, uid } = fs.lstatSync(path.join(folder, name));

      return [name, mode, uid];
    });
  }
});
