/**
 * Test of `connect()` and its connection, with the addon's remote functions faked: `lib/` must show how the
 * link begins, breaks and ends as events, rejections and deaths of Workers.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  SERVER_URL,
  answerWorker,
  connectedTo,
  connectedWithWorker,
} from './connected.mjs';
import { FakeSession, Kind, items, settled } from './fake-session.mjs';
import { mediasoup } from './support.mjs';

const { connect } = mediasoup;

test('it looks like mediasoup', async (t) => {
  const { remote } = await connectedTo(t);

  for (const name of Object.keys(mediasoup)) {
    if (name === 'connect' || name === 'RemoteMediasoupClient') continue;

    assert.equal(typeof remote[name], typeof mediasoup[name], name);
  }

  assert.notEqual(remote.observer, mediasoup.observer);
  assert.notEqual(remote.workers, mediasoup.workers);
  assert.equal(remote.errors, mediasoup.errors);
});

test('the addon gets the URL and the token of the server', async (t) => {
  const { fake } = await connectedTo(t, {
    token: 'secret',
    session: 'rooms',
    ca: '/ca.pem',
    requestTimeoutMs: 5000,
  });

  assert.deepEqual(fake.took('connect'), [
    [
      {
        url: `${SERVER_URL}/`,
        token: 'secret',
        session: 'rooms',
        ca: '/ca.pem',
        requestTimeoutMs: 5000,
      },
    ],
  ]);
});

test('the link is announced', async (t) => {
  const { fake, remote, events } = await connectedTo(t);
  const details = [];

  remote.connection.on('disconnected', (it) => details.push(it));
  remote.connection.on('draining', (it) => details.push(it));
  fake.tell(
    items.link({ state: 'disconnected', reason: 'reset', retryInMs: 50 }),
    items.link({ state: 'disconnected', reason: 'no host', retryInMs: 90 }),
    items.connected('resumed'),
    items.connected('rejoined'),
    items.link({ state: 'draining', withinMs: 1000 }),
  );
  assert.deepEqual(events, [
    'disconnected',
    'connected',
    'resumed',
    'connected',
    'resynchronised',
    'draining',
  ]);
  assert.deepEqual(details, [
    { reason: 'reset', retryInMs: 50 },
    { withinMs: 1000 },
  ]);
  assert.equal(remote.stats().state, 'connected');
  assert.equal(remote.stats().workers, 0);
});

test('a lost session takes its Workers along, and unanswered createWorker() are sent again', async (t) => {
  const { fake, remote, events, worker: old } = await connectedWithWorker(t);
  const appData = { asked: 'before' };
  const before = remote.createWorker({ appData });
  const fromListener = new Promise((resolve) =>
    old.once('died', () => resolve(remote.createWorker())),
  );

  await settled();

  const [[, , oldAppDataId]] = fake.took('requestWithAppData');

  fake.took('appData');
  fake.afterRenewal.push(items.created(Kind.Worker, 1));
  fake.tell(
    items.emission(1, 'died', undefined, 'the session was lost'),
    items.emission(1, undefined, 'close'),
    items.connected('renewed'),
  );
  assert.equal(old.died, true);
  assert.deepEqual(events, ['connected', 'renewed']);
  assert.deepEqual(fake.took('renew'), [[]]);

  const [[newAppDataId, text]] = fake.took('appData');

  assert.equal(text, '{"asked":"before"}');
  assert.notEqual(newAppDataId, oldAppDataId);
  assert.equal(remote.workers.length, 1);
  assert.notEqual(remote.workers[0], old);
  assert.equal(old.pid, 'pid of 1');

  const [[, , , id]] = fake.took('requestWithAppData');

  fake.tell(
    items.created(Kind.Worker, 2, { request: id, appData: newAppDataId }),
    items.replyObject(id, 2),
  );
  assert.equal((await before).appData, appData);
  answerWorker(fake, 3);
  assert.equal((await fromListener).closed, false);
  assert.equal(remote.workers.length, 3);
});

test('a refusal of the first link rejects', async () => {
  const fake = new FakeSession();
  const connecting = connect(SERVER_URL, { token: 'wrong' });

  await settled();
  fake.tell(items.link({ state: 'refused', reason: 'wrong token' }));
  await assert.rejects(connecting, {
    message: 'the server refused the connection: wrong token',
  });
  assert.equal(fake.took('disconnect').length, 1);
});

test('a later refusal is the end of what there is, and not of what comes', async (t) => {
  const { fake, remote, events, worker } = await connectedWithWorker(t);
  const deaths = [];

  worker.on('died', (error) => deaths.push(error.message));

  const dumping = worker.dump();

  fake.tell(items.link({ state: 'refused', reason: 'expired' }));
  await assert.rejects(dumping, /refused the connection: expired/);
  assert.deepEqual(deaths, ['the server refused the connection: expired']);
  assert.deepEqual(events, ['refused']);
  assert.deepEqual(remote.workers, []);
  fake.took('connect');
  fake.took('request');

  const creating = remote.createWorker();

  await settled();
  assert.equal(fake.took('connect').length, 1);
  fake.tell(items.connected());
  answerWorker(fake, 1);
  assert.equal((await creating).closed, false);
});

test('a server that can’t be reached in time is given up', async () => {
  const fake = new FakeSession();

  await assert.rejects(
    connect(`${SERVER_URL}/?secret`, { requestTimeoutMs: 1 }),
    {
      message: `${SERVER_URL}/ has been unreachable for 1 ms: no route; check the server and the way to it with \`npx remote-mediasoup doctor\`, or raise requestTimeoutMs`,
    },
  );
  assert.equal(fake.took('disconnect').length, 1);
});

test('close() ends all at once, without a death', async (t) => {
  const { fake, remote, events } = await connectedTo(
    t,
    {},
    items.created(Kind.Worker, 1),
    items.created(Kind.Worker, 2),
  );
  const workers = [...remote.workers];
  const dumping = workers[0].dump();

  for (const worker of workers) {
    worker.on('died', () => assert.fail('it was closed'));
  }

  fake.took('close');
  remote.close();
  remote.close();
  assert.ok(workers.every(({ closed, died }) => closed && !died));
  assert.deepEqual(remote.workers, []);
  assert.deepEqual(events, ['closed']);

  const order = fake.calls.map(([name]) => name);

  assert.ok(order.indexOf('disconnect') < order.indexOf('close'));
  await assert.rejects(dumping, { message: 'the connection was closed' });
  await assert.rejects(remote.createWorker(), /the connection is closed/);
  assert.equal(remote.stats().state, 'closed');
});
