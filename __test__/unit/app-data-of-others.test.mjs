/**
 * Test of changes that other clients of a session make to an appData (`lib/remote/AppDataTable.js`), some at
 * the same time as this client: they must be merged into the same object, and all clients must agree in the
 * end.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tableOf, tableWithServer } from './app-data-table.mjs';
import { lib } from './support.mjs';
import { Random, seedOfTest } from '../support/random.js';

const { FORGOTTEN } = lib('seam/numbers');

/** Of an appData that all know. */
const ID = 5;

test('what others bring in is one object per name', () => {
  const { table, told, round } = tableWithServer();

  table.receive(5, { room: 'r' }, 0);

  const appData = table.find(5);

  assert.deepEqual(appData, { room: 'r' });
  table.attach(1, appData, 5);
  table.attach(2, table.find(5), 5);
  table.receive(5, { room: 's' }, 0);
  assert.equal(table.find(5), appData);
  assert.deepEqual(appData, { room: 's' });
  round();
  assert.deepEqual(told(), [], 'a change of theirs isn’t told back');
  assert.equal(table.find(6), undefined);
});

test('a change of theirs is merged with ours, and ours is sent', () => {
  const { table, told, round, has } = tableWithServer();
  const run = () => {};
  const appData = { ours: 1, theirs: 1, run };
  const id = has(appData);

  appData.ours = 2;
  table.receive(id, { ours: 1, theirs: 2 }, 1);
  assert.deepEqual(appData, { ours: 2, theirs: 2, run });
  round();
  assert.deepEqual(told(), [['appData', id, '{"ours":2,"theirs":2}']]);
});

test('the order of members is not a change', () => {
  const { table, told, round, has } = tableWithServer();
  const appData = { a: 1, b: 1 };
  const id = has(appData);

  table.receive(id, { b: 2, a: 1 }, 1);
  round();
  assert.deepEqual(told(), []);
});

test('another client gives an object another appData', () => {
  const { table, told, round, has } = tableWithServer();
  const appData = { a: 1 };
  const id = has(appData);

  assert.equal(table.assign(1, id), appData);
  table.receive(9, { b: 1 }, 0);
  assert.equal(table.assign(1, 9), table.find(9));
  assert.equal(table.assign(1, null), undefined);
  assert.equal(table.assign(2, 12345), undefined);
  appData.a = 2;
  round();
  assert.deepEqual(told(), [], 'it isn’t any open object’s any more');
});

test('what was empty here and is filled there stays the same object', () => {
  const { table, told, round } = tableWithServer();
  const appData = {};

  table.attach(1, appData, 0);
  table.receive(9, { room: 'r' }, 0);
  assert.equal(table.assign(1, 9), appData);
  assert.deepEqual(appData, { room: 'r' });
  assert.equal(table.find(9), appData);
  assert.equal(table.assign(1, 9), appData);
  round();
  assert.deepEqual(told(), []);
  appData.room = 's';
  round();
  assert.deepEqual(told(), [['appData', 9, '{"room":"s"}']]);
});

test('what comes before a change of ours is ignored, what comes after it is not', () => {
  const { table, round, revisions, has } = tableWithServer();
  const appData = { a: 0 };
  const id = has(appData);

  appData.a = 1;
  round();
  assert.deepEqual(revisions, [1, 2]);
  table.receive(id, { a: 2 }, 1);
  assert.deepEqual(appData, { a: 1 }, 'the server takes ours after it');
  table.receive(id, { a: 3 }, 2);
  assert.deepEqual(appData, { a: 3 });
});

test('a server that has forgotten us knows best', () => {
  const { table, told, round, revisions, has } = tableWithServer();
  const appData = { a: 0 };
  const id = has(appData);

  appData.a = 1;
  round();
  table.receive(id, { a: 2 }, FORGOTTEN);
  table.receive(id, { a: 3 }, 0);
  assert.deepEqual(appData, { a: 3 });
  told();
  table.doubt();
  round();
  assert.deepEqual(told(), [['appData', id, '{"a":3}']]);
  assert.deepEqual(revisions, [1, 2, 1]);
});

/** A server as PROTOCOL.md has it, with links that take their time. */
class Server {
  #value;
  #clients = [];

  constructor(value) {
    this.#value = value;
  }

  join(table) {
    this.#clients.push({ table, revision: 0, up: [], down: [] });
  }

  hear(client, id, text, revision) {
    this.#clients[client].up.push({ id, text, revision });
  }

  /** Something moves, if there is anything to move. */
  take(client) {
    const { up } = this.#clients[client];
    const change = up.shift();

    if (!change) return;

    this.#clients[client].revision = change.revision;
    this.#value = change.text;

    for (const [other, { down, revision }] of this.#clients.entries()) {
      if (other !== client) down.push({ ...change, revision });
    }
  }

  tell(client) {
    const { table, down } = this.#clients[client];
    const change = down.shift();

    if (change) {
      table.receive(change.id, JSON.parse(change.text), change.revision);
    }
  }

  get value() {
    return JSON.parse(this.#value);
  }
}

test('clients that change the same at once agree in the end', () => {
  const random = new Random(seedOfTest());

  for (let game = 0; game < 300; ++game) {
    const server = new Server('{"count":0}');
    const players = Array.from({ length: 3 }, (_, number) => {
      const { table, round } = tableOf({
        appData: (id, text, revision) =>
          server.hear(number, id, text, revision),
        setAppData() {},
      });

      server.join(table);
      table.receive(ID, { count: 0 }, 0);
      table.attach(1, table.find(ID), ID);

      return { round, appData: table.find(ID), number };
    });

    for (let step = 0; step < 60; ++step) {
      const { appData, round, number } = random.pick(players);

      switch (random.below(4)) {
        case 0:
          appData[random.pick(['count', 'other'])] = step;
          break;
        case 1:
          round();
          break;
        case 2:
          server.take(number);
          break;
        default:
          server.tell(number);
      }
    }

    for (let step = 0; step < 100; ++step) {
      for (const { round, number } of players) {
        round();
        server.take(number);
        server.tell(number);
      }
    }

    for (const { appData } of players) {
      assert.deepEqual(appData, server.value, `game ${game}`);
    }
  }
});
