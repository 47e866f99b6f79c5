/**
 * Test of a real server's limits (Workers, objects, sessions, commands per second, unread messages): what
 * exceeds one must fail with a reason or wait, and other clients must not notice.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProtocolClient } from '../protocol/client.mjs';
import { routerOf } from '../protocol/support.mjs';
import { residentBytes } from '../support/processes.mjs';
import { mediaCodecs } from '../support/remote.mjs';
import { until } from '../support/until.mjs';
import { stage } from './support.mjs';

const MEBIBYTE = 1024 * 1024;
const MESSAGE_BYTES = 128 * 1024;

/** Memory of a server for one client: its log, its answers, overhead of sockets and allocators. */
const MAX_GROWTH_BYTES = 96 * MEBIBYTE;

/**
 * An answer of somebody whom a flood doesn't concern takes no longer than this, though the same
 * program has to send the flood and to hear its answers.
 */
const UNHARMED_MS = 3000;

test('Workers of a token', async (context) => {
  const { connect } = await stage(context, { limits: '{ workers = 2 }' });
  const [one, two] = [await connect(), await connect()];
  const worker = await one.createWorker();

  await two.createWorker();
  await assert.rejects(one.createWorker(), /workers|limit/i);
  worker.close();
  await until('there is room again', () => worker.subprocessClosed);
  assert.ok(await two.createWorker());
});

test('objects of a token', async (context) => {
  const { connect } = await stage(context, { limits: '{ objects = 10 }' });
  const mediasoup = await connect();
  const worker = await mediasoup.createWorker();
  const router = await worker.createRouter({ mediaCodecs });
  const transports = [];

  await assert.rejects(async () => {
    for (;;) {
      transports.push(await router.createDirectTransport());
    }
  }, /objects|limit/i);
  assert.equal(transports.length, 8);
  transports[0].close();
  assert.ok(await router.createDirectTransport());
});

test('sessions and clients of a token', async (context) => {
  const { connect } = await stage(context, {
    limits: '{ sessions = 2, clients = 3 }',
  });

  await Promise.all([
    connect({ session: 'one' }),
    connect({ session: 'one' }),
    connect({ session: 'two' }),
  ]);
  await assert.rejects(connect({ session: 'three', requestTimeoutMs: 2000 }));
  await assert.rejects(connect({ session: 'one', requestTimeoutMs: 2000 }));
});

test('commands per second: those above wait, none is lost', async (context) => {
  const { connect } = await stage(context, {
    limits: '{ workers = 9, commands-per-second = 100 }',
  });
  const mediasoup = await connect();
  const worker = await mediasoup.createWorker();
  const start = performance.now();
  const answers = await Promise.all(
    Array.from({ length: 300 }, () => worker.dump()),
  );

  assert.equal(answers.length, 300);
  assert.ok(performance.now() - start > 1500);
});

/** Many times what the server lets be in flight, and nearly what a client keeps for it. */
const FLOOD = 48_000;

test(
  'a flood of commands: the flooder waits, others do not',
  { timeout: 120_000 },
  async (context) => {
    const { connect, server } = await stage(context);
    const [flooder, other] = [await connect(), await connect()];
    const [busy, calm] = [
      await flooder.createWorker(),
      await other.createWorker(),
    ];
    const before = residentBytes(server.pid);
    const flood = Promise.all(
      Array.from({ length: FLOOD }, () => busy.getResourceUsage()),
    );
    let longest = 0;
    let done = false;

    flood.finally(() => (done = true));

    while (!done) {
      const start = performance.now();

      await calm.dump();
      longest = Math.max(longest, performance.now() - start);
    }

    assert.equal((await flood).length, FLOOD);
    context.diagnostic(
      `the other's longest answer took ${longest.toFixed(0)} ms`,
    );
    assert.ok(longest < UNHARMED_MS);

    const growth = residentBytes(server.pid) - before;

    assert.ok(growth < MAX_GROWTH_BYTES, `${growth} bytes more`);
  },
);

test(
  'a client that does not read: memory is capped, it is resynchronised, others are unharmed',
  { timeout: 120_000 },
  async (context) => {
    const { connect, server } = await stage(context);
    const session = 'slow';
    const slow = new ProtocolClient({
      url: server.url,
      token: server.token,
      ca: server.ca,
      session,
    });

    await slow.connect();

    const { router: handle } = await routerOf(slow);
    const [fast, other] = [await connect({ session }), await connect()];
    const calm = await other.createWorker();
    const [worker] = fast.workers;
    const router = await worker.createRouter({ mediaCodecs });
    const direct = await router.createDirectTransport();
    const dataProducer = await direct.produceData();
    const dataConsumer = await direct.consumeData({
      dataProducerId: dataProducer.id,
    });
    let received = 0;
    let longest = 0;

    dataConsumer.on('message', () => ++received);
    await slow.until(() => slow.all('dataConsumer').length === 1);
    slow.tcp.pause();

    const before = residentBytes(server.pid);
    let most = before;

    for (let sent = 1; sent <= 1000; ++sent) {
      dataProducer.send(Buffer.alloc(MESSAGE_BYTES, 1));

      if (sent % 10 === 0) {
        const start = performance.now();

        await calm.dump();
        longest = Math.max(longest, performance.now() - start);
        await direct.dump();
        most = Math.max(most, residentBytes(server.pid));
      }
    }

    await until('the fast one has all', () => received === 1000, 20_000);
    context.diagnostic(
      `the server grew by ${((most - before) / MEBIBYTE).toFixed(1)} MiB; the other's longest answer took ${longest.toFixed(0)} ms`,
    );
    assert.ok(most - before < MAX_GROWTH_BYTES);
    assert.ok(longest < UNHARMED_MS);

    // A slow reader may have been given up by now; whether on this link or the next, it comes back.
    const gone = new Promise((resolve) => slow.once('closed', resolve));
    const snapshots = slow.snapshots;

    slow.tcp.resume();
    await Promise.race([
      slow.until(() => slow.snapshots > snapshots, 20_000),
      gone.then(() => slow.connect()),
    ]);
    await slow.until(() => slow.snapshots > snapshots, 20_000);
    assert.ok((await slow.call(handle, 'dump')).transportIds);
    slow.cut();
  },
);
