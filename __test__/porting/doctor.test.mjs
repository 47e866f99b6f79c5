/**
 * Test of `remote-mediasoup doctor` on a machine and a server without faults: all checks must pass, and
 * nothing may be left on the server. Also its options, and errors for wrong ones.
 */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';

import { TestServer } from '../support/server.mjs';
import { command } from './command.mjs';
import { doctor, startServer } from './doctor.mjs';
import { temporaryFolder } from '../support/temporary.mjs';

describe('doctor', { timeout: 5 * 60_000 }, () => {
  let server;

  before(async () => {
    server = await TestServer.start({
      args: ['--announced-address', '127.0.0.1'],
    });
  });

  after(() => server?.stop());

  it('finds a machine without a server well', async () => {
    const { checks, code } = await doctor([]);

    assert.deepEqual(statuses(checks), {
      node: 'ok',
      addon: 'ok',
      worker: 'ok',
      batches: 'ok',
      binary: 'ok',
      ports: 'ok',
      cpus: 'ok',
    });
    assert.equal(code, 0);
  });

  it('finds a right server well', async () => {
    const { checks, code } = await doctor([], server.env());

    assert.deepEqual(statuses(checks), {
      node: 'ok',
      addon: 'ok',
      worker: 'ok',
      batches: 'ok',
      binary: 'ok',
      ports: 'skip',
      cpus: 'ok',
      dns: 'ok',
      tcp: 'ok',
      tls: 'ok',
      health: 'ok',
      clock: 'ok',
      token: 'ok',
      protocol: 'ok',
      session: 'ok',
      workers: 'ok',
      udp: 'ok',
    });
    assert.equal(code, 0);
  });

  it('takes options for variables, and prints a line per check', async () => {
    const { REMOTE_MEDIASOUP_TOKEN } = server.env();
    const { code, stdout } = await command(
      ['doctor', '--url', server.url, '--ca', server.ca],
      { env: { REMOTE_MEDIASOUP_TOKEN } },
    );

    assert.equal(code, 0, stdout);
    assert.match(stdout, /^ok {3}token {5}it is accepted$/m);
    assert.equal(stdout.trim().split('\n').length, 17);
  });

  it('never shows the token', async () => {
    const { stdout, stderr } = await command(['doctor', '--json'], {
      env: server.env(),
    });

    assert.ok(!(stdout + stderr).includes(server.token));
  });

  it('leaves nothing on the server', async (t) => {
    const lonely = await startServer(t, { limits: '{ workers = 1 }' });

    for (const time of ['first', 'second']) {
      const { checks } = await doctor([], lonely.env());

      assert.equal(checks.workers.status, 'ok', time);
    }
  });

  it('counts the CPU slots that are taken, where Workers are vertical', async (t) => {
    const slots = path.join(temporaryFolder(t), 'slots');
    const env = {
      REMOTE_MEDIASOUP_VERTICAL: '1',
      REMOTE_MEDIASOUP_SLOTS: slots,
    };

    // The Worker that is tried takes one, and gives it back.
    assert.match(await slotsOf(env), /none of which was ever taken$/);
    assert.match(await slotsOf(env), /^0 of \d+ are taken/);

    const [slot] = fs.readdirSync(slots);

    // It holds the lock until its standard input ends.
    const holder = spawn(
      'flock',
      [path.join(slots, slot), 'sh', '-c', 'echo; cat'],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );

    await once(holder.stdout, 'data');
    assert.match(await slotsOf(env), /^1 of \d+ are taken/);
    holder.stdin.end();
    await once(holder, 'exit');
    assert.match(await slotsOf(env), /^0 of \d+ are taken/);
  });

  it('listens where the server lets it', async (t) => {
    const strict = await startServer(t, {
      args: ['--listen-ip', '127.0.0.1', '--rtc-ports', '42000-42999'],
    });
    const { checks } = await doctor([], strict.env());

    assert.match(checks.udp.text, /127\.0\.0\.1, UDP port 42\d\d\d/);
  });

  it('refuses invalid arguments', async () => {
    for (const args of [
      ['--no-such-option'],
      ['--timeout', 'soon'],
      ['--rtc-ports', '2-1'],
      ['--url', 'http://127.0.0.1'],
      ['surplus'],
    ]) {
      const { code, stderr } = await command(['doctor', ...args]);

      assert.equal(code, 2, args.join(' '));
      assert.match(stderr, /^remote-mediasoup: .+\n$/);
    }
  });
});

async function slotsOf(env) {
  const { checks } = await doctor([], env);

  return checks.slots.text;
}

function statuses(checks) {
  return Object.fromEntries(
    Object.entries(checks).map(([name, { status }]) => [name, status]),
  );
}
