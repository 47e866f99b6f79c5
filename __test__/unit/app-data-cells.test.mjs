/**
 * Test of `lib/remote/AppDataCells.js`, which keeps appData of objects in step with a server, on a virtual
 * clock: each appData must get one name, and its content must be sent when it is used first and when it has
 * changed.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cellsWithServer } from './cells.mjs';

test('an appData is named and told once, however often it is used', () => {
  const { cells, told } = cellsWithServer();
  const appData = { peerId: 'p1' };
  const id = cells.name(appData);

  assert.ok(Number.isSafeInteger(id) && id > 0);
  assert.deepEqual(told(), [['appData', id, '{"peerId":"p1"}']]);
  assert.equal(cells.name(appData), id);
  cells.attach(7, appData, id);
  cells.attach(8, appData, id);
  assert.equal(cells.find(id), appData);
  assert.deepEqual(told(), []);
});

test('equal ones are not the same one', () => {
  const { cells } = cellsWithServer();

  assert.notEqual(cells.name({ a: 1 }), cells.name({ a: 1 }));
});

test('appData without content, or without content that JSON has, has no name', () => {
  const { cells, told, round } = cellsWithServer();
  const map = new Map();

  for (const appData of [
    {},
    map,
    undefined,
    null,
    'text',
    { huge: 'x'.repeat(5e6) },
  ]) {
    assert.equal(cells.name(appData), 0);
  }

  cells.attach(1, map, 0);
  map.set('key', 'value');
  round();
  assert.deepEqual(told(), []);
});

test('what others are going to share has a name even if it is empty', () => {
  const { cells, told } = cellsWithServer();
  const [empty, filled, map] = [{}, { a: 1 }, new Map()];

  cells.attach(1, empty, 0);
  cells.share(empty);

  const [[, id, text], assigned] = told();

  assert.equal(text, '{}');
  assert.deepEqual(assigned, ['setAppData', 1, id]);
  cells.share(empty);
  cells.share(map);
  cells.share(undefined);
  assert.deepEqual(told(), []);
  cells.share(filled);
  assert.equal(told().length, 1);
});

test('a change inside is sent in the next round', () => {
  const { told, round, has } = cellsWithServer();
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
  const { cells, told, round } = cellsWithServer();
  const appData = {};

  cells.attach(1, appData, 0);
  cells.attach(2, appData, 0);
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
  const { cells, told } = cellsWithServer();
  const appData = {};

  assert.equal(cells.name(appData), 0);
  appData.room = 'r';

  const id = cells.name(appData);

  told();
  cells.attach(1, appData, 0);
  assert.deepEqual(told(), [['setAppData', 1, id]]);
});

test('changes are sent once the link is up again', () => {
  const { cells, told, clock, round, has } = cellsWithServer();
  const appData = { n: 1 };
  const id = has(appData);

  cells.stop();
  appData.n = 2;
  clock.advance(5000);
  assert.deepEqual(told(), []);
  cells.start();
  round();
  assert.deepEqual(told(), [['appData', id, '{"n":2}']]);
});

test('content is sent again to a server that may have missed it', () => {
  const { cells, told, round } = cellsWithServer();
  const [missed, known] = [{ a: 1 }, { b: 1 }];
  const [missedId, knownId] = [missed, known].map((it) => cells.name(it));

  cells.attach(1, missed, missedId);
  cells.attach(2, known, knownId);
  told();
  cells.doubt();
  cells.receive(knownId, { b: 1 }, 1);
  round();
  assert.deepEqual(told(), [['appData', missedId, '{"a":1}']]);
});

test('another appData is named, and none', () => {
  const { cells, told } = cellsWithServer();
  const [one, other] = [{ a: 1 }, { b: 1 }];
  const id = cells.name(one);

  cells.attach(1, one, id);
  told();
  cells.set(1, other);

  const [[, otherId], assigned] = told();

  assert.deepEqual(assigned, ['setAppData', 1, otherId]);
  cells.set(1, undefined);
  assert.deepEqual(told(), [['setAppData', 1, 0]]);
});

test('closed objects’ appData is watched no more, and told again when it is used again', () => {
  const { cells, told, round, has } = cellsWithServer();
  const appData = { n: 1 };
  const id = has(appData);

  cells.attach(2, appData, id);
  told();
  cells.detach(1);
  appData.n = 2;
  round();
  assert.equal(told().length, 1);
  cells.detach(2);
  appData.n = 3;
  round();
  assert.deepEqual(told(), []);
  assert.equal(cells.name(appData), id);
  assert.deepEqual(told(), [['appData', id, '{"n":3}']]);
});

test('an answer that comes when all others are closed counts', () => {
  const { cells, told, round, has } = cellsWithServer();
  const appData = { n: 1 };
  const id = has(appData);

  cells.detach(1);
  cells.attach(2, appData, id);
  round();
  assert.deepEqual(told(), []);
});
