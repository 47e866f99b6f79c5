/**
 * Test of worker processes of a logical Worker (one Worker of the application that is spread over several
 * processes) that begin and end, here and on a server: only what lived in an ended process may close, and no
 * process may outlive its program.
 */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  TWO,
  count,
  everywhere,
  fixtures,
  here,
  isAlive,
  transportsOf,
  until,
} from './support.mjs';
import { temporaryFolder } from '../support/temporary.mjs';

const { audioSource } = fixtures;

everywhere(
  'a process that dies closes only what lived in it',
  async (stage) => {
    const { worker, router, one, other, consume } = await stage.apart();
    const near = await one.produce(audioSource());
    const far = await other.produce(audioSource());
    const nearToFar = await consume(other, near);
    const farToNear = await consume(one, far);
    const nearToNear = await consume(one, near);
    const died = count(worker, 'died', 'subprocessclose');
    const counts = {
      other: count(other, 'routerclose'),
      far: count(far, 'transportclose'),
      nearToFar: count(nearToFar, 'transportclose', 'producerclose'),
      farToNear: count(farToNear, 'transportclose', 'producerclose'),
    };
    const closed = Promise.all([
      once(other.observer, 'close'),
      once(farToNear, 'producerclose'),
    ]);

    process.kill(stage.pids[1], 'SIGKILL');
    await closed;
    assert.deepEqual(counts, {
      other: { routerclose: 1 },
      far: { transportclose: 1 },
      nearToFar: { transportclose: 1, producerclose: 0 },
      farToNear: { transportclose: 0, producerclose: 1 },
    });

    // All else goes on, and there is room for more.
    assert.deepEqual(
      [worker, router, one, near, nearToNear].map((it) => it.closed),
      [false, false, false, false, false],
    );
    stage.sends(near);
    await once(nearToNear, 'rtp');

    const another = await router.createDirectTransport();

    assert.deepEqual(await transportsOf(worker), [1, 1]);
    await once(await consume(another, near), 'rtp');
    assert.deepEqual(died, { died: 0, subprocessclose: 0 });
  },
);

everywhere('the first process may be the one that dies', async (stage) => {
  const { worker, router, one, other } = await stage.apart();
  const closed = once(one.observer, 'close');

  process.kill(stage.pids[0], 'SIGKILL');
  await closed;
  assert.equal(worker.closed, false);
  assert.equal(other.closed, false);
  await router.createDirectTransport();

  const next = await worker.createRouter();

  await next.createDirectTransport();
  assert.deepEqual((await worker.dump()).routerIds.sort(), [
    ...[router.id, next.id].sort(),
  ]);
});

everywhere(
  'a Worker has died when none of its processes is left',
  async (stage) => {
    const { worker, router, one, other } = await stage.apart();
    const order = [];

    one.on('routerclose', () => order.push('one'));
    other.on('routerclose', () => order.push('other'));
    router.on('workerclose', () => order.push('router'));
    worker.on('died', (error) => order.push(error.message));
    worker.on('subprocessclose', () => order.push('subprocessclose'));

    const first = once(other, 'routerclose');

    process.kill(stage.pids[1], 'SIGKILL');
    await first;

    const end = once(worker.observer, 'close');

    process.kill(stage.pids[0], 'SIGKILL');
    await end;
    assert.equal(worker.died, true);
    assert.equal(worker.closed, true);
    assert.equal(worker.subprocessClosed, true);
    assert.deepEqual(order.slice(0, 3), ['other', 'one', 'router']);
    assert.match(order[3], /^\[pid:\d+, code:null, signal:SIGKILL\]$/);
    assert.equal(order[4], 'subprocessclose');
  },
);

everywhere('a process that nobody needs ends', async (stage) => {
  const { worker, router } = await stage.room({
    vertical: { ...TWO, idleTimeout: 0 },
  });
  const stays = await router.createDirectTransport();
  const leaves = await router.createDirectTransport();

  assert.equal(stage.pids.length, 2);
  leaves.close();
  await until('one process is enough', () => stage.pids.length === 1, 10_000);
  assert.equal(stays.closed, false);
  assert.equal(worker.closed, false);

  // It comes back when there is a need.
  await router.createDirectTransport();
  assert.deepEqual(await transportsOf(worker), [1, 1]);
});

everywhere('a closed Worker takes its processes along', async (stage) => {
  const { worker, one, other } = await stage.apart();
  const gone = once(worker, 'subprocessclose');
  const { pids } = stage;

  worker.close();
  assert.ok(one.closed && other.closed && worker.closed);
  assert.equal(worker.died, false);
  await gone;
  assert.equal(worker.subprocessClosed, true);
  assert.ok(!pids.some(isAlive));
});

everywhere('a Worker that is closed while it grows', async (stage) => {
  const { worker, router } = await stage.room();

  await router.createDirectTransport();

  const growing = router.createDirectTransport();

  worker.close();
  await assert.rejects(growing);
});

for (const [what, end] of Object.entries({
  'close()': ({ worker }) => worker.close(),
  'the end of all processes': ({ pids }) =>
    pids.forEach((pid) => process.kill(pid, 'SIGKILL')),
})) {
  here(`what was in flight is rejected by ${what}`, async (stage) => {
    const { worker, router, one } = await stage.apart();
    const { pids } = stage;

    for (const pid of pids) process.kill(pid, 'SIGSTOP');

    const requests = [
      worker.dump(),
      worker.getResourceUsage(),
      worker.createRouter(),
      worker.createWebRtcServer({ listenInfos: [fixtures.loopback()] }),
      router.dump(),
      router.createDirectTransport(),
      router.createAudioLevelObserver(),
      one.dump(),
    ];

    end({ worker, pids });

    for (const { status, reason } of await Promise.allSettled(requests)) {
      assert.equal(status, 'rejected');
      assert.equal(reason.name, 'WorkerClosedError');
      assert.match(
        reason.message,
        /^Channel closed, pending request aborted \[method:/,
      );
    }
  });
}

here('what can’t be started is done without', async (stage) => {
  const folder = temporaryFolder(stage);

  // Runs a worker once, and fails from then on.
  const workerBin = path.join(folder, 'worker');
  const ran = path.join(folder, 'ran');

  fs.writeFileSync(
    workerBin,
    `#!/bin/sh\n[ -e '${ran}' ] && exit 1\ntouch '${ran}'\nexec '${process.env.MEDIASOUP_WORKER_BIN}' "$@"\n`,
    { mode: 0o755 },
  );

  const { worker, router } = await stage.room({ workerBin });

  for (let i = 0; i < 3; i++) await router.createDirectTransport();

  assert.deepEqual(await transportsOf(worker), [3]);
});

/** A program with a logical Worker. */
async function program(context, vertical = true) {
  const child = fork(fileURLToPath(new URL('./program.mjs', import.meta.url)), [
    JSON.stringify(vertical),
  ]);

  context.after(() => child.kill('SIGKILL'));

  let [pids] = await once(child, 'message');

  return {
    child,
    get pids() {
      return pids;
    },
    async grow() {
      child.send('grow');
      [pids] = await once(child, 'message');
    },
  };
}

test('programs share the CPU slots of the machine', async (context) => {
  const slots = os.availableParallelism();
  const spread = { placement: 'spread' };
  const one = await program(context, spread);

  for (let i = 0; i <= slots; i++) await one.grow();

  assert.equal(one.pids.length, slots);

  // The first process is always had; there is no slot for another.
  const other = await program(context, spread);

  for (let i = 0; i <= slots; i++) await other.grow();

  assert.equal(other.pids.length, 1);

  const exit = once(one.child, 'exit');

  one.child.kill('SIGKILL');
  await exit;
  // It doesn't ask all the time.
  while (other.pids.length < slots) await other.grow();
});

test('who wants none without a slot gets none', async (context) => {
  const slots = os.availableParallelism();
  const strict = { placement: 'spread', requireSlot: true };
  const one = await program(context, { ...strict, maxWorkers: slots + 3 });

  for (let i = 0; i <= slots; i++) await one.grow();

  assert.equal(one.pids.length, slots);

  // It is its first process, and yet there is none.
  const refused = await program(context, strict);

  assert.equal(refused.pids, `no CPU slot is free, all ${slots} are taken`);

  const exit = once(one.child, 'exit');

  one.child.kill('SIGKILL');
  await exit;

  const next = await program(context, strict);

  assert.equal(next.pids.length, 1);
});

for (const [what, end] of Object.entries({
  SIGKILL: (child) => child.kill('SIGKILL'),
  SIGTERM: (child) => child.kill('SIGTERM'),
  'process.exit()': (child) => child.send('exit'),
  'worker.close()': (child) => child.send('close'),
})) {
  test(`no process outlives a program that ends by ${what}`, async (context) => {
    const it = await program(context, TWO);

    await it.grow();
    await it.grow();
    assert.equal(it.pids.length, 2);
    end(it.child);
    await until('the workers are gone', () => !it.pids.some(isAlive));
  });
}
