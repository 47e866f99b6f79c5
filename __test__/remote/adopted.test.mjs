/**
 * Test of a named session on a real server: a program that ends or is killed and started again must find its
 * Workers and rooms as they were, and another program with the name must get them announced by observers.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { stage, watchTree } from './support.mjs';

/** Changes inside appData are sent within this time. */
const APP_DATA_MS = 1000;

for (const [how, end] of Object.entries({
  'was killed': (child) => child.kill('SIGKILL'),
  'ended by process.exit()': (child) => child.send('exit'),
  'got SIGTERM': (child) => child.kill('SIGTERM'),
})) {
  test(`a program that ${how} is restarted and finds its room as it was`, async (context) => {
    const { program, workers } = await stage(context);
    const session = `room of one that ${how}`;
    const { child, report: made } = await program('room', { session });
    const processes = workers();

    await new Promise((resolve) => setTimeout(resolve, APP_DATA_MS));
    end(child);
    await once(child, 'exit');
    assert.deepEqual(workers(), processes, 'the worker goes on');

    const { report: found } = await program('adopt', { session });

    assert.deepEqual(found.events, [
      ...['newworker', 'newrouter', 'newtransport', 'newproducer'],
    ]);
    assert.equal(found.isListed, true);

    for (const name of [
      ...['pid', 'routerId', 'transportId', 'producerId', 'iceParameters'],
    ]) {
      assert.deepEqual(found[name], made[name], name);
    }

    assert.deepEqual(found.workerAppData, { of: 'worker' });
    assert.deepEqual(found.routerAppData, { room: 'lobby' });
    assert.deepEqual(found.peer, { name: 'alice', tags: ['a', 'b', 'c'] });
    assert.equal(found.isShared, true);
    assert.equal(found.isPaused, true);
    assert.equal(found.canConsume, true);
    assert.deepEqual(found.dump.transportIds, [made.transportId]);
    assert.deepEqual(workers(), processes);
  });
}

test('observers announce the objects of another program, in order, and lists have them', async (context) => {
  const { connect, program } = await stage(context);
  const session = 'watched';
  const watcher = await connect({ session });
  const seen = watchTree(watcher.observer);

  assert.deepEqual(watcher.workers, []);

  const { report } = await program('room', { session });

  assert.equal(report.pid, watcher.workers[0]?.pid);
  assert.deepEqual(
    seen.map(({ event, object }) => [event, object.id ?? object.pid]),
    [
      ['newworker', report.pid],
      ['newrouter', report.routerId],
      ['newtransport', report.transportId],
      ['newproducer', report.producerId],
    ],
  );
});

test('a name belongs to a token', async (context) => {
  const { connect, program, server } = await stage(context, {
    tokens: '\n[[tokens]]\nname = "other"\nsecret = "the token of others"\n',
  });

  await program('room', { session: 'private' });

  const stranger = await connect({
    session: 'private',
    token: 'the token of others',
  });

  assert.notEqual(server.token, 'the token of others');
  assert.deepEqual(stranger.workers, []);
});
