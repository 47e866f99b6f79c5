/** Which appData the server knows by which name, and what it is told of it. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { lib } from './support.mjs';
import { VirtualClock } from './virtual-clock.mjs';

const { AppDataCells } = lib('AppDataCells');

const { Random } = createRequire(import.meta.url)('../differential/random.js');

const ROUND_MS = 250;

/** What the addon says for a revision when the server doesn't know us any more. */
const FORGOTTEN = 2 ** 32 - 1;

/** Of an appData that all know. */
const ID = 5;

/** Cells, and what they have told the server. */
function cellsWithServer() {
  const clock = new VirtualClock();
  const told = [];
  const revisions = [];
  const cells = new AppDataCells(
    {
      appData(id, text, revision) {
        told.push(['appData', id, text]);
        revisions.push(revision);
      },
      setAppData: (handle, id) => told.push(['setAppData', handle, id]),
    },
    clock,
  );

  cells.start();

  return {
    cells,
    /** What was told since the last call. */
    told: () => told.splice(0),
    /** Which changes of theirs those were, from the first on. */
    revisions,
    round: () => clock.advance(ROUND_MS),
    clock,
  };
}

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

test('what holds nothing, or nothing that can be said, has no name', () => {
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

test('a change inside is told in the next round', () => {
  const { cells, told, round } = cellsWithServer();
  const appData = { inner: { n: 1 } };
  const id = cells.name(appData);

  cells.attach(1, appData, id);
  told();
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

test('nothing is told while the link is down, and all that changed after', () => {
  const { cells, told, clock } = cellsWithServer();
  const appData = { n: 1 };
  const id = cells.name(appData);

  cells.attach(1, appData, id);
  told();
  cells.stop();
  appData.n = 2;
  clock.advance(5000);
  assert.deepEqual(told(), []);
  cells.start();
  clock.advance(ROUND_MS);
  assert.deepEqual(told(), [['appData', id, '{"n":2}']]);
});

test('a server that may have missed something is told again', () => {
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

test('another appData is told of, and that there is none', () => {
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
  const { cells, told, round } = cellsWithServer();
  const appData = { n: 1 };
  const id = cells.name(appData);

  cells.attach(1, appData, id);
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
  const { cells, told, round } = cellsWithServer();
  const appData = { n: 1 };
  const id = cells.name(appData);

  cells.attach(1, appData, id);
  told();
  cells.detach(1);
  cells.attach(2, appData, id);
  round();
  assert.deepEqual(told(), []);
});

test('what others bring in is one object per name', () => {
  const { cells, told, round } = cellsWithServer();

  cells.receive(5, { room: 'r' }, 0);

  const appData = cells.find(5);

  assert.deepEqual(appData, { room: 'r' });
  cells.attach(1, appData, 5);
  cells.attach(2, cells.find(5), 5);
  cells.receive(5, { room: 's' }, 0);
  assert.equal(cells.find(5), appData);
  assert.deepEqual(appData, { room: 's' });
  round();
  assert.deepEqual(told(), [], 'a change of theirs isn’t told back');
  assert.equal(cells.find(6), undefined);
});

test('a change of theirs is merged with ours, and ours is told', () => {
  const { cells, told, round } = cellsWithServer();
  const run = () => {};
  const appData = { ours: 1, theirs: 1, run };
  const id = cells.name(appData);

  cells.attach(1, appData, id);
  told();
  appData.ours = 2;
  cells.receive(id, { ours: 1, theirs: 2 }, 1);
  assert.deepEqual(appData, { ours: 2, theirs: 2, run });
  round();
  assert.deepEqual(told(), [['appData', id, '{"ours":2,"theirs":2}']]);
});

test('the order of members is no change', () => {
  const { cells, told, round } = cellsWithServer();
  const appData = { a: 1, b: 1 };
  const id = cells.name(appData);

  cells.attach(1, appData, id);
  told();
  cells.receive(id, { b: 2, a: 1 }, 1);
  round();
  assert.deepEqual(told(), []);
});

test('another client gives an object another appData', () => {
  const { cells, told, round } = cellsWithServer();
  const appData = { a: 1 };
  const id = cells.name(appData);

  cells.attach(1, appData, id);
  told();
  assert.equal(cells.assign(1, id), appData);
  cells.receive(9, { b: 1 }, 0);
  assert.equal(cells.assign(1, 9), cells.find(9));
  assert.equal(cells.assign(1, null), undefined);
  assert.equal(cells.assign(2, 12345), undefined);
  appData.a = 2;
  round();
  assert.deepEqual(told(), [], 'it isn’t any open object’s any more');
});

test('what was empty here and is filled there stays the same object', () => {
  const { cells, told, round } = cellsWithServer();
  const appData = {};

  cells.attach(1, appData, 0);
  cells.receive(9, { room: 'r' }, 0);
  assert.equal(cells.assign(1, 9), appData);
  assert.deepEqual(appData, { room: 'r' });
  assert.equal(cells.find(9), appData);
  assert.equal(cells.assign(1, 9), appData);
  round();
  assert.deepEqual(told(), []);
  appData.room = 's';
  round();
  assert.deepEqual(told(), [['appData', 9, '{"room":"s"}']]);
});

test('nonsense from elsewhere is no appData', () => {
  const { cells } = cellsWithServer();

  for (const value of [null, 5, 'text', true]) {
    cells.receive(3, value, 0);
    assert.equal(cells.find(3), undefined);
  }
});

test('what comes before a change of ours is ignored, what comes after it is not', () => {
  const { cells, round, revisions } = cellsWithServer();
  const appData = { a: 0 };
  const id = cells.name(appData);

  cells.attach(1, appData, id);
  appData.a = 1;
  round();
  assert.deepEqual(revisions, [1, 2]);
  cells.receive(id, { a: 2 }, 1);
  assert.deepEqual(appData, { a: 1 }, 'the server takes ours after it');
  cells.receive(id, { a: 3 }, 2);
  assert.deepEqual(appData, { a: 3 });
});

test('a server that has forgotten us knows best', () => {
  const { cells, told, round, revisions } = cellsWithServer();
  const appData = { a: 0 };
  const id = cells.name(appData);

  cells.attach(1, appData, id);
  appData.a = 1;
  round();
  cells.receive(id, { a: 2 }, FORGOTTEN);
  cells.receive(id, { a: 3 }, 0);
  assert.deepEqual(appData, { a: 3 });
  told();
  cells.doubt();
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

  join(cells) {
    this.#clients.push({ cells, revision: 0, up: [], down: [] });

    return this.#clients.length - 1;
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
    const { cells, down } = this.#clients[client];
    const change = down.shift();

    if (change) {
      cells.receive(change.id, JSON.parse(change.text), change.revision);
    }
  }

  get value() {
    return JSON.parse(this.#value);
  }
}

test('clients that change the same at once agree in the end', () => {
  const seed = Number(process.env.SEED ?? Math.trunc(Math.random() * 2 ** 32));
  const random = new Random(seed);

  for (let game = 0; game < 300; ++game) {
    const server = new Server('{"count":0}');
    const players = Array.from({ length: 3 }, (_, number) => {
      const clock = new VirtualClock();
      const cells = new AppDataCells(
        {
          appData: (id, text, revision) =>
            server.hear(number, id, text, revision),
          setAppData() {},
        },
        clock,
      );

      server.join(cells);
      cells.start();
      cells.receive(ID, { count: 0 }, 0);
      cells.attach(1, cells.find(ID), ID);

      return { clock, appData: cells.find(ID), number };
    });

    for (let step = 0; step < 60; ++step) {
      const { appData, clock, number } = random.pick(players);

      switch (random.below(4)) {
        case 0:
          appData[random.pick(['count', 'other'])] = step;
          break;
        case 1:
          clock.advance(ROUND_MS);
          break;
        case 2:
          server.take(number);
          break;
        default:
          server.tell(number);
      }
    }

    for (let step = 0; step < 100; ++step) {
      for (const { clock, number } of players) {
        clock.advance(ROUND_MS);
        server.take(number);
        server.tell(number);
      }
    }

    for (const { appData } of players) {
      assert.deepEqual(appData, server.value, `SEED=${seed}, game ${game}`);
    }
  }
});
