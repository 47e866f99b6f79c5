/** A connection to a server, as the application sees it. The server is the test's. */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { FakeSession, Kind, items, settled } from './fake-session.mjs';
import { lib, mediasoup } from './support.mjs';

const { connect } = mediasoup;
const URL = 'ws://127.0.0.1:4443';

/** A server, and an application that is connected to it and follows what happens. */
async function connectedTo(t, options, ...snapshot) {
  const fake = new FakeSession();
  const connecting = connect(URL, options);

  await settled();
  fake.tell(...snapshot, items.connected());

  const remote = await connecting;
  const events = [];

  t.after(() => remote.close());

  for (const name of [
    'connected',
    'resumed',
    'resynchronised',
    'renewed',
    'disconnected',
    'refused',
    'draining',
    'closed',
  ]) {
    remote.connection.on(name, () => events.push(name));
  }

  return { fake, remote, events };
}

/** Answers the createWorker() that was asked for last. */
function answerWorker(fake, handle) {
  const { id } = lastRequest(fake);

  fake.tell(
    items.created(Kind.Worker, handle, { request: id }),
    items.replyObject(id, handle),
  );
}

function lastRequest(fake) {
  const [target, command, id] = fake.took('request').at(-1);

  return { target, command: JSON.parse(command), id };
}

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

test('the addon is told where the server is and who we are', async (t) => {
  const { fake } = await connectedTo(t, {
    token: 'secret',
    session: 'rooms',
    ca: '/ca.pem',
    requestTimeoutMs: 5000,
  });

  assert.deepEqual(fake.took('connect'), [
    [
      {
        url: `${URL}/`,
        token: 'secret',
        session: 'rooms',
        ca: '/ca.pem',
        requestTimeoutMs: 5000,
      },
    ],
  ]);
});

test('a Worker is told of and listed before createWorker() resolves', async (t) => {
  const { fake, remote } = await connectedTo(t);
  const order = [];
  const appData = { room: 'r' };

  remote.observer.on('newworker', (worker) => {
    order.push('newworker');
    assert.deepEqual(remote.workers, [worker]);
    assert.equal(worker.appData, appData);
  });

  const creating = remote.createWorker({
    logLevel: 'warn',
    rtcMinPort: 20000,
    workerBin: mediasoup.workerBin,
    appData,
  });

  await settled();

  const [[target, command, appDataId, id]] = fake.took('requestWithAppData');

  assert.equal(target, 0);
  assert.deepEqual(JSON.parse(command), {
    createWorker: { logLevel: 'warn', rtcMinPort: 20000 },
  });
  assert.deepEqual(fake.took('appData'), [[appDataId, '{"room":"r"}', 1]]);
  fake.tell(
    items.created(Kind.Worker, 1, { request: id, appData: appDataId }),
    items.replyObject(id, 1),
  );

  const worker = await creating;

  order.push('resolved');
  assert.deepEqual(order, ['newworker', 'resolved']);
  assert.equal(worker.constructor.name, 'WorkerImpl');
  assert.equal(worker.pid, 'pid of 1');
  assert.equal(worker.closed, false);
  assert.equal(process.listenerCount('SIGINT'), 1);
});

test('what a file holds goes to the server, and one that isn’t there is a wrong setting', async (t) => {
  const { fake, remote } = await connectedTo(t);
  const file = new globalThis.URL(import.meta.url).pathname;

  await assert.rejects(
    remote.createWorker({ dtlsCertificateFile: '/not/there.pem' }),
    { name: 'TypeError', message: 'wrong settings' },
  );
  await assert.rejects(remote.createWorker({ appData: 'text' }), TypeError);

  const creating = remote.createWorker({ dtlsPrivateKeyFile: file });

  while (fake.calls.every(([name]) => name !== 'request')) await settled();

  const { command, id } = lastRequest(fake);

  assert.match(command.createWorker.dtlsPrivateKey, /isn’t there is a wrong/);
  fake.tell(items.reject(id, 'no more workers', 1));
  await assert.rejects(creating, { name: 'Error', message: 'no more workers' });
});

test('mediasoup takes odd things for an appData', async (t) => {
  const { fake, remote } = await connectedTo(t);

  for (const appData of [0, '', false]) {
    const creating = remote.createWorker({ appData });

    await settled();
    answerWorker(fake, 10);
    assert.equal((await creating).appData, appData);
    (await creating).close();
  }

  await assert.doesNotReject(async () => {
    const creating = remote.createWorker({ dtlsCertificateFile: 5 });

    await settled();
    answerWorker(fake, 11);
    await creating;
  });
});

test('a session’s objects are told of before connect() resolves', async (t) => {
  const { EnhancedEventEmitter } = mediasoup.extras;
  const observer = new EnhancedEventEmitter();
  const seen = [];

  observer.on('newworker', (worker) => {
    seen.push(['worker', worker.appData]);
    worker.observer.on('newrouter', (router) => {
      seen.push(['router', router.id, router.appData]);
    });
  });

  const { remote } = await connectedTo(
    t,
    { session: 'rooms', observer },
    items.appData(77, { room: 'r' }),
    items.created(Kind.Worker, 1, { appData: 77 }),
    items.created(Kind.Router, 2, { parent: 1, id: 'router', appData: 77 }),
  );

  assert.equal(remote.observer, observer);
  assert.equal(remote.workers.length, 1);

  const [[, ofWorker], [, id, ofRouter]] = seen;

  assert.equal(id, 'router');
  assert.deepEqual(ofWorker, { room: 'r' });
  assert.equal(ofRouter, ofWorker);
});

test('appData that others change stays the same object', async (t) => {
  const { fake, remote } = await connectedTo(
    t,
    {},
    items.appData(77, { room: 'r' }),
    items.created(Kind.Worker, 1, { appData: 77 }),
    items.created(Kind.Worker, 2),
  );
  const [one, other] = remote.workers;
  const { appData } = one;
  const empty = other.appData;

  assert.deepEqual(empty, {});
  assert.equal(other.appData, empty);
  fake.tell(items.appData(77, { room: 's' }), items.setAppData(2, 77));
  assert.equal(one.appData, appData);
  assert.deepEqual(appData, { room: 's' });
  assert.equal(other.appData, appData);
  fake.tell(items.setAppData(2, null));
  assert.deepEqual(other.appData, {});
  other.appData = appData;
  assert.deepEqual(fake.took('setAppData'), [[2, 77]]);
  other.close();
  other.appData = { closed: true };
  assert.deepEqual(fake.took('setAppData'), []);
  assert.deepEqual(other.appData, { closed: true });
});

test('a Worker that dies on the server dies here', async (t) => {
  const { fake, remote } = await connectedTo(
    t,
    {},
    items.created(Kind.Worker, 1),
    items.created(Kind.Router, 2, { parent: 1 }),
  );
  const [worker] = remote.workers;
  const order = [];

  worker.on('died', (error) => {
    order.push(`died: ${error.message}`);
    assert.ok(error instanceof Error);
    assert.ok(worker.died && worker.closed && worker.subprocessClosed);
    assert.deepEqual(remote.workers, []);
  });
  worker.on('subprocessclose', () => order.push('subprocessclose'));
  worker.observer.on('close', () => order.push('close'));
  fake.tell(
    items.emission(1, 'died', undefined, '[pid:5, code:null, signal:SIGKILL]'),
    items.emission(1),
    items.emission(2, 'workerclose', 'close'),
    items.emission(1, undefined, 'close'),
    items.emission(1, 'subprocessclose'),
  );
  assert.deepEqual(order, [
    'died: [pid:5, code:null, signal:SIGKILL]',
    'subprocessclose',
    'close',
  ]);
});

test('a Worker is closed at once, its process a little later', async (t) => {
  const { fake, remote } = await connectedTo(
    t,
    {},
    items.created(Kind.Worker, 1),
  );
  const [worker] = remote.workers;
  let subprocessCloses = 0;

  worker.on('subprocessclose', () => ++subprocessCloses);
  worker.close();
  assert.deepEqual(fake.took('close'), [[1]]);
  assert.equal(worker.closed, true);
  assert.equal(worker.subprocessClosed, false);
  assert.deepEqual(remote.workers, []);
  fake.tell(items.emission(1, 'subprocessclose'));
  assert.equal(worker.subprocessClosed, true);
  assert.equal(worker.died, false);
  assert.equal(subprocessCloses, 1);
});

test('the link is told of', async (t) => {
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

test('a lost session takes its Workers along, and unanswered ones are asked for again', async (t) => {
  const { fake, remote, events } = await connectedTo(
    t,
    {},
    items.created(Kind.Worker, 1),
  );
  const [old] = remote.workers;
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
  const connecting = connect(URL, { token: 'wrong' });

  await settled();
  fake.tell(items.link({ state: 'refused', reason: 'wrong token' }));
  await assert.rejects(connecting, {
    message: 'the server refused the connection: wrong token',
  });
  assert.equal(fake.took('disconnect').length, 1);
});

test('a later refusal is the end of what there is, and not of what comes', async (t) => {
  const { fake, remote, events } = await connectedTo(
    t,
    {},
    items.created(Kind.Worker, 1),
  );
  const [worker] = remote.workers;
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

  await assert.rejects(connect(`${URL}/?secret`, { requestTimeoutMs: 1 }), {
    message: `${URL}/ has been unreachable for 1 ms: no route`,
  });
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

test('any EventEmitter can be the observer', async (t) => {
  const seen = [];
  const observer = new EventEmitter().on('newworker', ({ pid }) => {
    seen.push(pid);
    throw new Error('a listener’s own business');
  });

  await connectedTo(t, { observer }, items.created(Kind.Worker, 1));
  assert.deepEqual(seen, ['pid of 1']);
});

test('a Router of another server can’t be piped to', async (t) => {
  const routers = [];

  for (const id of ['here', 'there']) {
    const { remote } = await connectedTo(
      t,
      {
        observer: new mediasoup.extras.EnhancedEventEmitter().on(
          'newworker',
          (worker) =>
            worker.observer.on('newrouter', (router) => routers.push(router)),
        ),
      },
      items.created(Kind.Worker, 1),
      items.created(Kind.Router, 2, { parent: 1, id }),
    );

    assert.equal(remote.workers.length, 1);
  }

  const [here, there] = routers;

  await assert.rejects(
    here.pipeToRouter({ producerId: 'p', router: there }),
    /router must be on the same server/,
  );
});

test('restarted ICE is seen, whoever restarted it', async () => {
  const fake = new FakeSession();
  const { WebRtcTransportImpl } = lib('WebRtcTransport');
  let text = '{"usernameFragment":"a"}';
  const transport = new WebRtcTransportImpl(
    { readText: () => text },
    1,
    'id',
    {},
  );
  const { iceParameters } = transport;

  assert.equal(transport.iceParameters, iceParameters);
  text = '{"usernameFragment":"b"}';
  assert.deepEqual(transport.iceParameters, { usernameFragment: 'b' });
  assert.deepEqual(fake.calls, []);
});
