/**
 * Test of the client against a fake server that breaks the protocol: the connection must end with code 4000
 * and an error that says why, or go on where only one answer is wrong. A failure means that a server can
 * crash the application's process.
 */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { after, before, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { encode } from '@msgpack/msgpack';
import {
  FakeServer,
  ROUTER,
  WORKER,
  object,
  tree,
} from '../support/fake-server.mjs';
import { connect } from '../support/remote.mjs';

const DEEP = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
const UNKNOWN = 77;

const server = await FakeServer.start();
const honest = await FakeServer.start();

/** A connection of the same program to another server. */
let witness;
let witnessed;

before(async () => {
  honest.welcomeAll(tree);
  witness = await connect(honest.url);
  for (const event of ['disconnected', 'refused']) {
    witness.connection.on(event, () => (witnessed = event));
  }
});

after(() => {
  witness.close();
  server.stop();
  honest.stop();
});

function witnessIsWell() {
  assert.equal(witnessed, undefined);
  assert.equal(witness.workers[0].closed, false);
}

/** A connection whose session has a Worker and a Router, and the server's end of it. */
async function session() {
  const linked = once(server, 'link');
  const connecting = connect(server.url);
  const [link] = await linked;

  link.welcome();
  link.tell({ snapshot: { objects: tree } });

  return { link, remote: await connecting };
}

const created = (one, call) => ({ created: { object: one, call } });

const emission = (target, more) => ({
  emission: { emission: { target, ...more } },
});

const set = (text) => ({ set: { target: WORKER, members: { pid: text } } });

/** Entries, and treatments of the link, that end the connection. */
const PROTOCOL_ERRORS = {
  'no MessagePack': (link) => link.raw(Buffer.from([0xc1, 0xc1])),
  'a second welcome': (link) => link.welcome(),
  'values within values without end': (link) =>
    link.raw(Buffer.alloc(200_000, 0x91)),
  'an entry that is none': (link) => link.tell(encode({ applaud: {} })),
  'an entry of the wrong type': (link) => link.tell({ created: 5 }),
  'half of an entry': (link) =>
    link.tell(encode(created(tree[0])).subarray(0, 20)),
  'an unknown kind': (link) => link.tell(created(object('orchestra', 9))),
  'an unknown event': (link) =>
    link.tell(emission(WORKER, { event: 'encore' })),
  'a slot that holds nothing': (link) => link.tell(set(9)),
  'a member that is not JSON': (link) => link.tell(set('{]')),
  'a member without end': (link) => link.tell(set(DEEP)),
  'an object with a member without end': (link) =>
    link.tell(created(object('worker', 9, { members: { pid: DEEP } }))),
  'a snapshot with one': (link) =>
    link.tell({
      snapshot: { objects: [object('worker', 9, { members: { pid: DEEP } })] },
    }),
  'an event with one': (link) =>
    link.tell(emission(WORKER, { event: 'trace', payload: { json: DEEP } })),
  'a part of a snapshot that isn’t due': (link) =>
    link.tell({ snapshot: { part: 7 } }),
};

for (const [what, say] of Object.entries(PROTOCOL_ERRORS)) {
  test(`the connection ends: ${what}`, async () => {
    const { link, remote } = await session();
    const [worker] = remote.workers;
    const closed = once(link, 'closed');
    const ended = Promise.race([
      once(remote.connection, 'refused'),
      once(remote.connection, 'disconnected'),
    ]);

    say(link);

    const [{ message, reason }] = await ended;

    assert.match(message ?? reason, /protocol error: /);
    assert.deepEqual(await closed, [4000]);
    assert.equal(worker.died, message !== undefined);
    remote.close();
    witnessIsWell();
  });
}

/** Entries that the client ignores: the connection goes on. */
const IGNORED = {
  'appData that is not JSON': { appData: { id: 5, value: '{]' } },
  'appData without end': { appData: { id: 5, value: DEEP } },
  'appData that is not an object': { appData: { id: 5, value: '"text"' } },
  'appData with an id that no client gives': {
    appData: { id: 2n ** 60n, value: '{}' },
  },
  'appData with a prototype': {
    appData: { id: 5, value: '{"__proto__":{"evil":1}}' },
  },
  'a snapshot with appData without end': {
    snapshot: { appData: [[5, DEEP]], objects: tree },
  },
  'an unknown object’s appData': {
    setAppData: { target: UNKNOWN, appData: 5 },
  },
  'an unknown object’s members': {
    set: { target: UNKNOWN, members: { pid: '1' } },
  },
  'an unknown object’s event': emission(UNKNOWN, {
    event: 'score',
    payload: { json: '1' },
  }),
  'an unknown object’s end': emission(UNKNOWN, { observer: 'close' }),
  'objects without a parent': created(
    object('router', 9, { parent: UNKNOWN }),
    999,
  ),
  'an object that is its own parent': created(
    object('router', 9, { parent: 9 }),
    999,
  ),
  'an object that is there': created(object('producer', ROUTER), 999),
  'an answer that nobody waits for': {
    answer: { call: 999, result: { Ok: { created: UNKNOWN } } },
  },
  'a log line of an unknown Worker': {
    log: { worker: UNKNOWN, logger: 'worker', level: 'warn', line: 'a line' },
  },
  'a reason that has no text': emission(ROUTER, {
    event: 'died',
    payload: { json: '{"toString":1}' },
  }),
  'an event with the argument of another': emission(ROUTER, {
    event: 'rtp',
    observer: 'webrtctransporthandled',
    payload: { json: '5' },
  }),
};

for (const [what, entry] of Object.entries(IGNORED)) {
  test(`the connection goes on: ${what}`, async () => {
    const { link, remote } = await session();
    const [worker] = remote.workers;
    const { appData } = worker;

    for (const event of ['disconnected', 'refused']) {
      remote.connection.on(event, () => assert.fail(event));
    }
    for (const name of ['died', 'trace', 'rtp', 'score']) {
      worker.on(name, () => assert.fail(name));
    }

    link.tell(entry, { draining: { withinMs: 1 } });
    await once(remote.connection, 'draining');
    await turn();
    assert.equal(worker.closed, false);
    assert.equal(worker.appData, appData);
    assert.equal(worker.pid, 7);
    assert.equal({}.evil, undefined);
    remote.close();
    witnessIsWell();
  });
}

/** Answers to createRouter() without a Router. */
const ANSWERS = {
  'a value': { value: 'null' },
  nothing: 'done',
  'another object': { created: WORKER },
  'an unknown object': { created: UNKNOWN },
  'a pipe': { piped: { consumer: WORKER, producer: ROUTER } },
};

for (const [what, answer] of Object.entries(ANSWERS)) {
  test(`a command is rejected that is answered with ${what}`, async () => {
    const { link, remote } = await session();
    const creating = remote.workers[0].createRouter();
    const [call] = await once(link, 'entry');

    link.tell({ answer: { call, result: { Ok: answer } } });
    await assert.rejects(creating, Error);
    assert.equal(remote.workers[0].closed, false);
    remote.close();
  });
}

test('a row of objects that close together closes', async () => {
  const { link, remote } = await session();
  const [worker] = remote.workers;
  const first = 100;
  const last = 50_000;

  for (let handle = first; handle < last; handle += 5000) {
    link.tell(
      ...Array.from({ length: 5000 }, (_, place) =>
        created(
          object('producer', handle + place, {
            parent: ROUTER,
            peer: handle + place + 1,
          }),
        ),
      ),
    );
  }

  link.tell({ draining: { withinMs: 1 } });
  await once(remote.connection, 'draining');
  worker.close();
  assert.equal(worker.closed, true);
  remote.close();
});

/** A server on a thread of its own, whose links from the second to the one before the last are cut. */
const SHORT_LIVED = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { module, links, last } = workerData;
  import(module).then(async ({ FakeServer, tree }) => {
    const server = await FakeServer.start();
    server.welcomeAll(tree);
    server.on('link', () => {
      const count = Atomics.add(links, 0, 1) + 1;
      Atomics.notify(links, 0);
      if (count > 1 && count < last) setTimeout(() => server.cut(), 10);
    });
    parentPort.on('message', () => server.cut());
    parentPort.postMessage(server.url);
  });`;

test('sessions that are lost while the program is busy are passed over', async (t) => {
  const last = 12;
  const links = new Int32Array(new SharedArrayBuffer(4));
  const module = new URL('../support/fake-server.mjs', import.meta.url).href;
  const thread = new Worker(SHORT_LIVED, {
    eval: true,
    workerData: { module, links, last },
  });

  t.after(() => thread.terminate());

  const [url] = await once(thread, 'message');
  const observer = new EventEmitter();
  const remote = await connect(url, { observer });
  const [worker] = remote.workers;
  const events = [];

  worker.on('died', () => events.push('died'));
  remote.connection.on('renewed', () => events.push('renewed'));
  thread.postMessage('cut');
  for (let count = 0; count < last; count = Atomics.load(links, 0)) {
    Atomics.wait(links, 0, count);
  }

  await once(observer, 'newworker');
  assert.deepEqual(events, ['died', 'renewed']);
  assert.equal(remote.workers.length, 1);
  remote.close();
});
