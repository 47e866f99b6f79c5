/**
 * Test of `lib/` against invalid input of a server, with the addon's remote functions faked: no input may
 * throw out of an event or walk too deep, and an error must end its own connection alone.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tableWithServer } from './app-data-table.mjs';
import { connectedTo, connectedWithWorker } from './connected.mjs';
import { Kind, items, settled } from './fake-session.mjs';
import { mediasoup } from './support.mjs';

/** Deeper than any call stack. */
const LEVELS = 100_000;

/** Members within members. */
function nested(levels, bottom) {
  let value = bottom;

  for (let level = 0; level < levels; ++level) value = { deep: value };

  return value;
}

/** An object that has no text: neither `String()` nor an Error's message can be made of it. */
const TEXTLESS = { toString: 1, valueOf: 1 };

/** Content of an appData by other clients, and the part that is taken over; `undefined` is nothing. */
const APP_DATA = [
  ['a number', 5, undefined],
  ['a text', 'text', undefined],
  ['true', true, undefined],
  ['null', null, undefined],
  ['nothing', undefined, undefined],
  ['more than may be shared', { a: 'x'.repeat(4 * 1024 * 1024) }, undefined],
  [
    'prototypes',
    JSON.parse('{"a":1,"__proto__":{"evil":1},"b":{"__proto__":[]}}'),
    { a: 1, b: {} },
  ],
  ['names of methods', TEXTLESS, TEXTLESS],
];

for (const [what, content, expected] of APP_DATA) {
  test(`appData of another client: ${what}`, () => {
    const { table } = tableWithServer();

    table.receive(5, content, 0);
    assert.deepEqual(table.find(5), expected);

    // The same where there is one of ours already, and then as the content of another object's.
    const { table: known, has } = tableWithServer();
    const appData = { ours: 1 };
    const id = has(appData);

    known.receive(id, content, 1);
    assert.deepEqual(appData, expected ?? { ours: 1 });
    assert.equal(Object.getPrototypeOf(appData), Object.prototype);
    assert.equal({}.evil, undefined);
  });
}

test('appData of another client: deeper than it can be walked', () => {
  const { table, told, round, has } = tableWithServer();
  const appData = { ours: 1 };
  const id = has(appData);

  for (const content of [
    nested(LEVELS, 1),
    { ours: 1, a: nested(LEVELS, 2) },
    { ours: 1, a: nested(LEVELS, 3), list: [nested(LEVELS, 4)] },
    { ours: 1, a: nested(10, 1) },
  ]) {
    table.receive(id, content, 1);
    round();
  }

  assert.deepEqual(appData, { ours: 1, a: nested(10, 1) });
  assert.deepEqual(told(), []);

  // What was changed here meanwhile is compared with what comes.
  appData.ours = 2;
  table.receive(id, { ours: 1, a: nested(LEVELS, 5) }, 1);
  assert.equal(appData.ours, 2);
});

test('our own appData that is as deep as may be shared is, and no deeper', () => {
  const { table, told } = tableWithServer();

  // The outermost counts, too.
  table.name(nested(63, { bottom: 1 }));
  table.name(nested(64, { bottom: 1 }));

  const [deepest, deeper] = told().map(([, , text]) => text);

  assert.match(deepest, /bottom/);
  assert.doesNotMatch(deeper, /bottom/);
  assert.equal(deeper.match(/\{/g).length, 64);
});

test('no event throws, whatever comes with it', async (t) => {
  const { fake, events, worker } = await connectedWithWorker(
    t,
    items.created(Kind.WebRtcServer, 2, { parent: 1, id: 'server' }),
    items.created(Kind.Router, 3, { parent: 1, id: 'router' }),
  );
  const reasons = [];

  worker.on('died', (error) => reasons.push(error.message));
  fake.tell(
    // Nobody has such an object, event or request.
    items.emission(77, 'score', 'score', {}),
    items.emission(77, undefined, 'close'),
    items.reply(77, {}),
    items.replyObject(78, 79),
    items.setAppData(77, 5),
    items.setAppData(1, 12345),
    items.created(Kind.Router, 4, { parent: 77, request: 5, appData: 12345 }),
    items.emission(2, undefined, 'webrtctransporthandled', 5),
    items.emission(3, 'died', undefined, TEXTLESS),
    items.emission(1, 'died', undefined, TEXTLESS),
    items.emission(1, undefined, 'close'),
  );
  assert.deepEqual(reasons, ['']);
  assert.deepEqual(events, []);
});

test('a size of a trace is whatever the server calls one', async (t) => {
  const { fake, worker } = await connectedWithWorker(t);
  const traces = [];

  worker.on('trace', (trace) => traces.push(trace));
  for (const size of [1200, 1.5, 'large', null, { size: [] }]) {
    fake.tell(items.trace(1, { size, payloadSize: size }));
  }

  assert.deepEqual(
    traces.map(({ size }) => size),
    [1200n, 1.5, 'large', null, { size: [] }],
  );
});

test('a pid in a line of the log is whatever the server calls one', async (t) => {
  const lines = [];

  mediasoup.setLogEventListeners({
    onwarn: (namespace, line) => lines.push(line),
  });
  t.after(() => mediasoup.setLogEventListeners());

  const { fake } = await connectedTo(t, {}, items.created(Kind.Worker, 1));

  fake.reads = () => JSON.stringify(TEXTLESS);
  fake.tell(items.warning(1, 'a line'));
  assert.deepEqual(lines, [`[pid:${JSON.stringify(TEXTLESS)}] a line`]);
});

test('what can’t be done ends its own connection, and nothing else', async (t) => {
  const other = await connectedTo(t, {}, items.created(Kind.Worker, 1));
  const { fake, remote, events, worker } = await connectedWithWorker(t);
  const ends = [];

  worker.on('died', (error) => ends.push(`died: ${error.message}`));
  remote.connection.on('refused', (error) => ends.push(error.message));

  const dumping = worker.dump();
  const noKind = items.created(60, 9);

  fake.tell(...Array.from({ length: 20_000 }, () => noKind));

  const reason =
    'the server refused the connection: protocol error: classes[kind] is not a constructor';

  assert.deepEqual(ends, [`died: ${reason}`, reason]);
  assert.deepEqual(events, ['refused']);
  await assert.rejects(dumping, { message: reason });
  assert.equal(fake.took('disconnect').length, 1);
  assert.equal(worker.closed, true);
  assert.equal(other.remote.workers[0].closed, false);
  assert.deepEqual(other.events, []);

  // As after any refusal, the next call begins anew.
  const creating = remote.createWorker();

  await settled();
  assert.equal(fake.took('connect').length, 2);
  remote.close();
  await assert.rejects(creating);
});

test('a host that has been left changes nothing of its connection', async (t) => {
  const { fake, remote, events } = await connectedTo(
    t,
    {},
    items.created(Kind.Worker, 1),
  );

  // It was lost, and found by another link, in the very moment of the close().
  fake.afterDisconnect.push(
    items.link({ state: 'disconnected', reason: 'reset', retryInMs: 5 }),
    items.connected('renewed'),
    items.connected('rejoined'),
    items.link({ state: 'refused', reason: 'expired' }),
  );
  remote.close();
  await settled();
  assert.deepEqual(events, ['closed']);
  assert.deepEqual(fake.took('renew'), []);
});
