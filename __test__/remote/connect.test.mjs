/**
 * Test of `connect()` to real servers: by the environment, by URL, to several at once, and with errors that
 * name the reason where there is no server or it refuses the client.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, mediasoup, next } from '../support/remote.mjs';
import { stage } from './support.mjs';

test('two servers in one program are two worlds', async (context) => {
  const stages = [await stage(context), await stage(context)];
  const [one, two] = await Promise.all(stages.map((each) => each.connect()));
  const [a, b] = await Promise.all([one.createWorker(), two.createWorker()]);

  assert.notEqual(one.observer, two.observer);
  assert.deepEqual(one.workers, [a]);
  assert.deepEqual(two.workers, [b]);
  assert.equal((await a.dump()).pid, a.pid);
  assert.equal((await b.dump()).pid, b.pid);
  assert.deepEqual(
    stages.map(({ workers }) => workers().length),
    [1, 1],
  );
});

test('what it resolves with is mediasoup', async (context) => {
  const { connect: connectHere } = await stage(context);
  const remote = await connectHere();

  for (const name of ['errors', 'version', 'ortc', 'extras']) {
    assert.equal(remote[name], mediasoup[name], name);
  }

  const worker = await remote.createWorker({ appData: { a: 1 } });

  assert.equal(worker.constructor.name, 'WorkerImpl');
  assert.ok(worker.pid > 4_194_304 && worker.pid < 2 ** 31);
  assert.deepEqual(worker.appData, { a: 1 });
  assert.equal(worker.died, false);

  const closed = next(worker, 'subprocessclose');

  worker.close();
  await closed;
  assert.equal(worker.subprocessClosed, true);
});

for (const [what, options, message] of [
  ['a wrong token', { token: 'not the token at all' }, /401|token/i],
  ['no token', { token: undefined }, /401|token/i],
  [
    'a certificate that nobody vouches for',
    { ca: undefined },
    /certificate|UnknownIssuer/i,
  ],
]) {
  test(`${what} is refused with a reason`, async (context) => {
    const { server } = await stage(context);

    await assert.rejects(
      connect(
        server.url,
        server.options({ requestTimeoutMs: 3000, ...options }),
      ),
      message,
    );
  });
}

test('a server that is not there: an error that says so, in time', async (context) => {
  const { proxy, server } = await stage(context);
  const nobody = await proxy();

  nobody.block();
  await assert.rejects(
    connect(
      server.urlOf(nobody.port),
      server.options({ requestTimeoutMs: 500 }),
    ),
    /unreachable for 500 ms/,
  );
});
