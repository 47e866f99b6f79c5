/**
 * Test of the objects that a client has of a session, with the addon's remote functions faked: they must be
 * announced, filled and closed in mediasoup's order when the server reports them.
 */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import {
  answerWorker,
  connectedTo,
  lastRequest,
  connectedWithWorker,
} from './connected.mjs';
import { FakeSession, Kind, items, settled } from './fake-session.mjs';
import { lib, mediasoup } from './support.mjs';

const { ErrorClass } = lib('seam/numbers');

test('a Worker is announced and listed before createWorker() resolves', async (t) => {
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
  const file = new URL(import.meta.url).pathname;

  await assert.rejects(
    remote.createWorker({ dtlsCertificateFile: '/not/there.pem' }),
    { name: 'TypeError', message: 'wrong settings' },
  );
  await assert.rejects(remote.createWorker({ appData: 'text' }), TypeError);

  const creating = remote.createWorker({ dtlsPrivateKeyFile: file });

  while (fake.calls.every(([name]) => name !== 'request')) await settled();

  const { command, id } = lastRequest(fake);

  assert.match(command.createWorker.dtlsPrivateKey, /isn’t there is a wrong/);
  fake.tell(items.reject(id, 'no more workers', ErrorClass.Error));
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

test('a session’s objects are announced before connect() resolves', async (t) => {
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
  const { fake, remote, worker } = await connectedWithWorker(
    t,
    items.created(Kind.Router, 2, { parent: 1 }),
  );
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
  const { fake, remote, worker } = await connectedWithWorker(t);
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
  const { WebRtcTransportImpl } = lib('classes/WebRtcTransport');
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
