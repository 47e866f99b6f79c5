/**
 * Test of a worker process that stands still (SIGSTOP), as under a debugger or on a machine that is out of
 * memory: other Workers go on, its requests wait until it continues, and `close()` ends it all the same.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import {
  isAlive,
  mediasoup,
  meeting,
  openDescriptors,
  until,
} from './support.mjs';

/** Upper bound of what a close() may take: the time for leaving, and then the kill. */
const MAX_END_MS = 5000;

test('others go on, and its requests wait until it does', async () => {
  const { worker, router } = await meeting();
  const other = await meeting();

  process.kill(worker.pid, 'SIGSTOP');

  const dump = router.dump();

  for (let count = 0; count < 10; ++count) {
    await other.router.dump();
  }

  process.kill(worker.pid, 'SIGCONT');
  assert.equal((await dump).id, router.id);
  worker.close();
  other.worker.close();
});

test('close() ends it all the same', async () => {
  const descriptors = openDescriptors();
  const { worker, router } = await meeting();

  process.kill(worker.pid, 'SIGSTOP');

  const dump = assert.rejects(router.dump(), { name: 'WorkerClosedError' });
  const ended = once(worker, 'subprocessclose');

  worker.close();
  await dump;
  await until('the process is gone', () => !isAlive(worker.pid), MAX_END_MS);
  await ended;
  await until(
    `${descriptors} descriptors are open`,
    () => openDescriptors() <= descriptors,
  );
});

test('more requests than its socket takes wait, and are answered', async () => {
  const worker = await mediasoup.createWorker();

  process.kill(worker.pid, 'SIGSTOP');

  const requests = [];

  for (let count = 0; count < 5000; ++count) {
    requests.push(worker.createRouter({ appData: { count } }));
  }

  process.kill(worker.pid, 'SIGCONT');

  const routers = await Promise.all(requests);

  assert.deepEqual(
    routers.map(({ appData }) => appData.count),
    requests.map((_, count) => count),
  );
  worker.close();
});
