/**
 * Test of links to a real server that break, go silent or stay away, by a proxy: commands wait, the session
 * goes on, or all Workers die once after the documented time.
 */
import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { listenInfos, mediaCodecs, next } from '../support/remote.mjs';
import { until } from '../support/until.mjs';
import { meeting, stage } from './support.mjs';

/** A link that is silent is given up within this time, whichever side finds out. */
const NOTICED_MS = 15_000;

test('commands that are given while the link is down wait for it', async (context) => {
  const { lose, proxy, mediasoup, router } = await meeting(context);
  await lose();

  const asked = Promise.all([
    router.createDirectTransport(),
    router.createWebRtcTransport({ listenInfos }),
    router.dump(),
  ]);

  assert.equal(mediasoup.stats().inFlight, 3);
  proxy.open();

  const [direct, web, dump] = await asked;

  assert.deepEqual(dump.transportIds.sort(), [direct.id, web.id].sort());
  assert.equal(mediasoup.stats().resumed, 1);
});

test('what is closed while the link is down is closed at once, and on the server later', async (context) => {
  const { lose, proxy, router, worker } = await meeting(context);
  const transport = await router.createDirectTransport();
  await lose();

  let ends = 0;

  transport.observer.on('close', () => ++ends);
  router.close();
  assert.equal(transport.closed, true);
  assert.equal(ends, 1);
  proxy.open();
  assert.deepEqual((await worker.dump()).routerIds, []);
  assert.equal(ends, 1);
});

// They wait for heartbeats and hardly do anything meanwhile.
describe('silence', { concurrency: true, timeout: 60_000 }, () => {
  for (const [what, directions] of Object.entries({
    'both directions': { up: true, down: true },
    'the way to the server': { up: true, down: false },
    'the way to the client': { up: false, down: true },
  })) {
    it(`on ${what} is noticed within 15 s, and the session goes on`, async (context) => {
      const { proxy, mediasoup, router } = await meeting(context);
      const start = performance.now();
      const resumed = next(mediasoup.connection, 'resumed');

      proxy.swallow(directions);

      const asked = router.createDirectTransport();

      await resumed;
      assert.ok(performance.now() - start < NOTICED_MS);

      const transport = await asked;

      assert.deepEqual((await router.dump()).transportIds, [transport.id]);
    });
  }
});

test(
  'a server that hears nothing gives the link up as well',
  { timeout: 60_000 },
  async (context) => {
    // Were the place held by a link that is dead, its time would never begin.
    const { proxy, program, workers } = await meetingOfAProgram(context);

    proxy.swallow();
    program.kill('SIGKILL');
    await until(
      'the worker is gone',
      () => workers().length === 0,
      NOTICED_MS + 3000,
    );
  },
);

async function meetingOfAProgram(context) {
  const it = await stage(context, { args: ['--session-ttl', '1s'] });
  const proxy = await it.proxy();
  const { child } = await it.program('worker', { port: proxy.port });

  return { ...it, proxy, program: child };
}

test('a request that waits for too long rejects, says why, and is not executed later', async (context) => {
  const { lose, proxy, mediasoup, router } = await meeting(context, {
    requestTimeoutMs: 1000,
  });
  await lose();

  const start = performance.now();

  await assert.rejects(router.createDirectTransport(), (error) => {
    assert.match(error.message, /unreachable/);
    assert.match(error.message, /not sent/);
    assert.match(error.message, /createDirectTransport/);

    return true;
  });
  assert.ok(performance.now() - start > 500);
  proxy.open();
  await next(mediasoup.connection, 'connected');
  assert.deepEqual((await router.dump()).transportIds, []);
});

test(
  'a request that was sent and is not answered in time: its outcome is unknown',
  { timeout: 60_000 },
  async (context) => {
    const { proxy, mediasoup, router } = await meeting(context, {
      requestTimeoutMs: 1000,
    });

    // The command arrives, its answer doesn't.
    proxy.swallow({ up: false, down: true });

    const asked = assert.rejects(router.createDirectTransport(), /unknown/);

    await until('it has arrived', () => proxy.bytes.up > 0);
    await new Promise((resolve) => setTimeout(resolve, 200));
    proxy.block();
    await asked;
    proxy.open();
    await next(mediasoup.connection, 'connected');
    assert.equal((await router.dump()).transportIds.length, 1);
  },
);

test('away for longer than the server waits: everything ends once, and the program starts again', async (context) => {
  const { proxy, mediasoup, worker, router, workers } = await meeting(context, {
    args: ['--session-ttl', '1s'],
  });
  const transport = await router.createDirectTransport();
  const events = [];

  for (const [name, object] of Object.entries({ worker, router, transport })) {
    object.observer.on('close', () => events.push(`${name} close`));
  }

  transport.on('routerclose', () => events.push('transport routerclose'));
  router.on('workerclose', () => events.push('router workerclose'));
  worker.on('died', (error) => {
    assert.ok(error instanceof Error);
    events.push('worker died');
  });
  proxy.block();
  await until('the worker is gone', () => workers().length === 0, 10_000);
  assert.equal(worker.closed, false, 'nobody has told us yet');

  const lost = router.dump();
  const renewed = next(mediasoup.connection, 'renewed');

  proxy.open();
  await assert.rejects(
    lost,
    (error) => error instanceof mediasoup.errors.WorkerClosedError,
  );
  await renewed;
  assert.deepEqual(events, [
    ...['transport routerclose', 'transport close'],
    ...['router workerclose', 'router close'],
    ...['worker died', 'worker close'],
  ]);
  assert.equal(worker.died, true);
  assert.deepEqual(mediasoup.workers, []);
  await assert.rejects(
    worker.dump(),
    (error) => error instanceof mediasoup.errors.WorkerClosedError,
  );

  const again = await mediasoup.createWorker();

  assert.ok(await again.createRouter({ mediaCodecs }));
});

test('a createWorker() called before the session was lost is made in the next one', async (context) => {
  const { lose, proxy, mediasoup, workers } = await meeting(context, {
    args: ['--session-ttl', '1s'],
  });
  await lose();

  const asked = mediasoup.createWorker({ appData: { asked: 'early' } });

  await until('the session is gone', () => workers().length === 0, 10_000);
  proxy.open();

  const worker = await asked;

  assert.equal(worker.closed, false);
  assert.deepEqual(worker.appData, { asked: 'early' });
  assert.equal((await worker.dump()).pid, worker.pid);
});
