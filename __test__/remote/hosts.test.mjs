/**
 * Test of memory in the addon (the compiled Rust module), against a fake server: it must free closed
 * connections and lost sessions once no JavaScript object refers to them, and answer as long as one does.
 */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { after, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import v8 from 'node:v8';
import vm from 'node:vm';
import { FakeServer, tree } from '../support/fake-server.mjs';
import { connect } from '../support/remote.mjs';
import { addon } from '../../lib/seam/native.js';
import { makeError } from '../../lib/seam/makeError.js';

const CONNECTIONS = 1000;
const SESSIONS = 100;
const TIMEOUT_MS = 120_000;

v8.setFlagsFromString('--expose-gc');

const gc = vm.runInNewContext('gc');
const server = await FakeServer.start();

after(() => server.stop());

server.welcomeAll(tree);

/** Resolves when there are so many hosts: the collector takes as many rounds as it likes. */
async function hostsAre(count) {
  while (addon.countHosts() !== count) {
    gc();
    await turn();
  }
}

// A function's own variables are gone when it has returned; those of a loop may live until it ends.

/** Cuts the link of the only connection; resolves when it has found another session with a Worker. */
async function lose(observer) {
  const found = once(observer, 'newworker');

  server.cut();
  await found;
}

/** Has `held.router` be the Router of a connection's session, and ends that. */
async function holdRouter(held, end) {
  const observer = new EventEmitter();

  observer.on('newworker', (worker) =>
    worker.observer.on('newrouter', (router) => (held.router ??= router)),
  );
  await end(await connect(server.url, { observer }), observer);
}

async function assertAnswers({ router }) {
  assert.equal(router.closed, true);
  assert.deepEqual(router.rtpCapabilities, {});
  await assert.rejects(router.dump(), { name: 'WorkerClosedError' });
}

test('a connection that is closed', { timeout: TIMEOUT_MS }, async () => {
  const before = addon.countHosts();

  for (let count = 0; count < CONNECTIONS; ++count) {
    (await connect(server.url)).close();
  }

  await hostsAre(before);
});

test('a session that is lost', { timeout: TIMEOUT_MS }, async () => {
  const before = addon.countHosts();
  const observer = new EventEmitter();
  const remote = await connect(server.url, { observer });
  let deaths = 0;

  observer.on('newworker', (worker) => worker.on('died', () => ++deaths));
  remote.workers[0].on('died', () => ++deaths);

  for (let count = 0; count < SESSIONS; ++count) await lose(observer);

  assert.equal(deaths, SESSIONS);
  assert.equal(remote.workers.length, 1);
  await hostsAre(before + 1);
  remote.close();
  await hostsAre(before);
});

test(
  'a closed object is answered as long as somebody has it',
  { timeout: TIMEOUT_MS },
  async () => {
    const before = addon.countHosts();
    const held = {};

    for (const end of [
      (remote) => remote.close(),
      async (remote, observer) => {
        await lose(observer);
        remote.close();
      },
    ]) {
      await holdRouter(held, end);
      await hostsAre(before + 1);
      await assertAnswers(held);
      delete held.router;
      await hostsAre(before);
    }
  },
);

test('whoever asks by a number that nobody has finds a closed connection', () => {
  const number = 4_000_000_000;

  assert.equal(addon.request(number, 1, '"dump"'), 0);

  const [errorClass, message] = addon.error(number);

  assert.equal(makeError(errorClass, message).name, 'WorkerClosedError');
  assert.match(message, /Channel closed/);
  assert.equal(addon.read(number, 1, 'id'), null);
  assert.deepEqual(addon.close(number, 1), []);
  assert.equal(addon.receive(number), 0);
  assert.equal(addon.nextEvent(number), 0);
  assert.equal(addon.linkStats(number), null);
  addon.release(number, 1);
  addon.flush(number);
  addon.forgetHost(number);
});
