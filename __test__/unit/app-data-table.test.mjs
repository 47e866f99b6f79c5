/**
 * Test of `lib/remote/AppDataTable.js`, which keeps appData of objects in step with a server, on a virtual
 * clock: each appData must get one name, and its content must be sent when it is used first and when it has
 * changed.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tableWithServer } from './app-data-table.mjs';

test('an appData is named and told once, however often it is used', () => {
  const { table, told } = tableWithServer();
  const appData = { peerId: 'p1' };
  const id = table.name(appData);

  assert.ok(Number.isSafeInteger(id) && id > 0);
  assert.deepEqual(told(), [['appData', id, '{"peerId":"p1"}']]);
  assert.equal(table.name(appData), id);
  table.attach(7, appData, id);
  table.attach(8, appData, id);
  assert.equal(table.find(id), appData);
  assert.deepEqual(told(), []);
});

test('equal ones are not the same one', () => {
  const { table } = tableWithServer();

  assert.notEqual(table.name({ a: 1 }), table.name({ a: 1 }));
});

test('appData without content, or without content that JSON has, has no name', () => {
  const { table, told, round } = tableWithServer();
  const map = new Map();

  for (const appData of [
    {},
    map,
    undefined,
    null,
    'text',
    { huge: 'x'.repeat(5e6) },
  ]) {
    assert.equal(table.name(appData), 0);
  }

  table.attach(1, map, 0);
  map.set('key', 'value');
  round();
  assert.deepEqual(told(), []);
});

test('what others are going to share has a name even if it is empty', () => {
  const { table, told } = tableWithServer();
  const [empty, filled, map] = [{}, { a: 1 }, new Map()];

  table.attach(1, empty, 0);
  table.share(empty);

  const [[, id, text], assigned] = told();

  assert.equal(text, '{}');
  assert.deepEqual(assigned, ['setAppData', 1, id]);
  table.share(empty);
  table.share(map);
  table.share(undefined);
  assert.deepEqual(told(), []);
  table.share(filled);
  assert.equal(told().length, 1);
});

test('a change inside is sent in the next round', () => {
  const { told, round, has } = tableWithServer();
  const appData = { inner: { n: 1 } };
  const id = has(appData);

  round();
  assert.deepEqual(told(), []);
  appData.inner.n = 2;
  round();
  assert.deepEqual(told(), [['appData', id, '{"inner":{"n":2}}']]);
  round();
  assert.deepEqual(told(), []);
});

test('what is filled later gets its name then, for all that share it', () => {
  const { table, told, round } = tableWithServer();
  const appData = {};

  table.attach(1, appData, 0);
  table.attach(2, appData, 0);
  round();
  assert.deepEqual(told(), []);
  appData.room = 'r';
  round();

  const [[, id], ...rest] = told();

  assert.deepEqual(rest, [
    ['setAppData', 1, id],
    ['setAppData', 2, id],
  ]);
});

test('what is filled between request and answer gets its name, too', () => {
  const { table, told } = tableWithServer();
  const appData = {};

  assert.equal(table.name(appData), 0);
  appData.room = 'r';

  const id = table.name(appData);

  told();
  table.attach(1, appData, 0);
  assert.deepEqual(told(), [['setAppData', 1, id]]);
});

test('changes are sent once the link is up again', () => {
  const { table, told, clock, round, has } = tableWithServer();
  const appData = { n: 1 };
  const id = has(appData);

  table.stop();
  appData.n = 2;
  clock.advance(5000);
  assert.deepEqual(told(), []);
  table.start();
  round();
  assert.deepEqual(told(), [['appData', id, '{"n":2}']]);
});

test('content is sent again to a server that may have missed it', () => {
  const { table, told, round } = tableWithServer();
  const [missed, known] = [{ a: 1 }, { b: 1 }];
  const [missedId, knownId] = [missed, known].map((it) => table.name(it));

  table.attach(1, missed, missedId);
  table.attach(2, known, knownId);
  told();
  table.doubt();
  table.receive(knownId, { b: 1 }, 1);
  round();
  assert.deepEqual(told(), [['appData', missedId, '{"a":1}']]);
});

test('another appData is named, and none', () => {
  const { table, told } = tableWithServer();
  const [one, other] = [{ a: 1 }, { b: 1 }];
  const id = table.name(one);

  table.attach(1, one, id);
  told();
  table.set(1, other);

  const [[, otherId], assigned] = told();

  assert.deepEqual(assigned, ['setAppData', 1, otherId]);
  table.set(1, undefined);
  assert.deepEqual(told(), [['setAppData', 1, 0]]);
});

test('closed objects’ appData is watched no more, and told again when it is used again', () => {
  const { table, told, round, has } = tableWithServer();
  const appData = { n: 1 };
  const id = has(appData);

  table.attach(2, appData, id);
  told();
  table.detach(1);
  appData.n = 2;
  round();
  assert.equal(told().length, 1);
  table.detach(2);
  appData.n = 3;
  round();
  assert.deepEqual(told(), []);
  assert.equal(table.name(appData), id);
  assert.deepEqual(told(), [['appData', id, '{"n":3}']]);
});

test('an answer that comes when all others are closed counts', () => {
  const { table, told, round, has } = tableWithServer();
  const appData = { n: 1 };
  const id = has(appData);

  table.detach(1);
  table.attach(2, appData, id);
  round();
  assert.deepEqual(told(), []);
});
