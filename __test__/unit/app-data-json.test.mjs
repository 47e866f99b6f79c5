/**
 * Test of `lib/remote/appDataJson.js`: the part of an appData that JSON can carry, and the merge of another
 * client's changes into it. No input may make it throw or change a prototype.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import vm from 'node:vm';
import { lib } from './support.mjs';
import { Random, seedOfTest } from '../support/random.js';

const { merge, textOf } = lib('remote/appDataJson');
const { APP_DATA_BYTES } = lib('seam/numbers');

const said = (appData) => {
  const text = textOf(appData);

  return text === undefined ? undefined : JSON.parse(text);
};

class Peer {
  name = 'Ada';
}

test('plain data becomes its JSON', () => {
  const appData = {
    peerId: 'p1',
    seat: 7,
    rate: -0.5,
    hidden: false,
    nothing: null,
    tags: ['a', 'b', []],
    inner: { deep: { deeper: [1, { two: 2 }] } },
  };

  assert.equal(textOf(appData), JSON.stringify(appData));
  assert.equal(textOf(Object.assign(Object.create(null), { a: 1 })), '{"a":1}');
  assert.equal(textOf([1, 2]), '[1,2]');
  assert.equal(textOf({}), '{}');
});

test('data of another realm is plain, too', () => {
  assert.deepEqual(said(vm.runInNewContext('({ a: [{ b: 1 }] })')), {
    a: [{ b: 1 }],
  });
});

const circular = { name: 'loop' };

circular.self = circular;
circular.list = [circular, 1];

/** `[title, appData, its JSON]` */
const exotic = [
  ['a function', { a: 1, run() {} }, { a: 1 }],
  ['a symbol', { a: 1, s: Symbol('s') }, { a: 1 }],
  ['a BigInt', { a: 1, big: 12n }, { a: 1 }],
  ['undefined', { a: 1, none: undefined }, { a: 1 }],
  ['an instance of a class', { a: 1, peer: new Peer() }, { a: 1 }],
  ['a Map, a Date and a Buffer', mapDateBuffer(), { a: 1 }],
  ['a cycle', circular, { name: 'loop', list: [null, 1] }],
  [
    'exotic items',
    { list: [1, () => {}, 2n, 4] },
    { list: [1, null, null, 4] },
  ],
  ['a toJSON()', { a: 1, toJSON: () => 'other' }, { a: 1 }],
  ['an own __proto__', JSON.parse('{"a":1,"__proto__":{"b":2}}'), { a: 1 }],
  ['a getter that throws', throwing(), { a: 1, z: 2 }],
  ['NaN and Infinity', { a: NaN, b: Infinity }, { a: null, b: null }],
  [
    'something exotic deep inside',
    { o: { p: { q: 1n, r: 2 } } },
    { o: { p: { r: 2 } } },
  ],
];

function mapDateBuffer() {
  return { a: 1, map: new Map(), date: new Date(), buffer: Buffer.from('x') };
}

function throwing() {
  return {
    a: 1,
    get b() {
      throw new Error('not now');
    },
    z: 2,
  };
}

for (const [what, appData, expected] of exotic) {
  test(`${what} stays local`, () => {
    const text = textOf(appData);

    assert.deepEqual(JSON.parse(text), expected);
  });
}

test('an appData that is not a plain object is nothing to share', () => {
  for (const appData of [new Peer(), new Map(), () => {}, 5n, undefined]) {
    assert.equal(textOf(appData), undefined);
  }

  const { proxy, revoke } = Proxy.revocable({}, {});

  revoke();
  assert.equal(textOf(proxy), undefined);
});

test('the same object twice is not a cycle', () => {
  const shared = { x: 1 };

  assert.deepEqual(said({ a: shared, b: shared }), { a: shared, b: shared });
});

test('what is too large stays local, however it is large', () => {
  const wide = 'x'.repeat(APP_DATA_BYTES - 100);

  assert.equal(said({ wide }).wide.length, wide.length);
  assert.equal(textOf({ wide: `${wide}${'x'.repeat(200)}` }), undefined);
  assert.equal(textOf({ wide: '€'.repeat(APP_DATA_BYTES / 3 + 1) }), undefined);
  assert.equal(textOf({ wide: '\0'.repeat(APP_DATA_BYTES / 5) }), undefined);
  assert.equal(textOf(new Array(2 ** 32 - 1)), undefined);

  // Doubles with every level: 2 to the power of 50 members.
  let bomb = { leaf: 'x' };

  for (let level = 0; level < 50; ++level) bomb = { a: bomb, b: bomb };

  assert.equal(textOf(bomb), undefined);
});

test('what lies too deep is left out', () => {
  let deep = { bottom: true };

  for (let level = 0; level < 100_000; ++level) deep = { deep };

  const text = textOf({ top: 1, deep });

  assert.equal(JSON.parse(text).top, 1);
  assert.doesNotMatch(text, /bottom/);
});

test('only what was changed there is changed here', () => {
  const inner = { kept: 1, changed: 1, gone: 1 };
  const appData = { inner, mine: 'edited here', list: [{ a: 1 }, { b: 2 }] };
  const [first] = appData.list;

  merge(
    appData,
    {
      inner: { kept: 1, changed: 1, gone: 1 },
      mine: 'old',
      list: [{ a: 1 }, { b: 2 }],
    },
    { inner: { kept: 1, changed: 2, fresh: 3 }, mine: 'old', list: [{ a: 5 }] },
  );

  assert.deepEqual(appData, {
    inner: { kept: 1, changed: 2, fresh: 3 },
    mine: 'edited here',
    list: [{ a: 5 }],
  });
  assert.equal(appData.inner, inner);
  assert.equal(appData.list[0], first);
});

test('what JSON can’t say is never replaced nor removed', () => {
  const peer = new Peer();
  const run = () => {};
  const appData = { peer, run, a: 1, list: [peer, 1] };

  merge(
    appData,
    { a: 1, peer: 1, list: [null, 1] },
    { a: 2, run: 5, list: [null, 2] },
  );

  assert.deepEqual(appData, { peer, run, a: 2, list: [peer, 2] });
  assert.equal(appData.peer, peer);
  assert.equal(appData.run, run);
});

test('a change of type is a change', () => {
  const appData = { a: { b: 1 }, c: [1], d: 1 };

  merge(appData, structuredClone(appData), { a: [1], c: { e: 1 }, d: null });
  assert.deepEqual(appData, { a: [1], c: { e: 1 }, d: null });
});

test('nothing can be made to throw, and no prototype be changed', () => {
  const frozen = Object.freeze({ a: 1, inner: { b: 1 } });

  merge(frozen, { a: 1, inner: { b: 1 } }, { a: 2, c: 3, inner: { b: 2 } });
  assert.deepEqual(frozen, { a: 1, inner: { b: 2 } });

  const appData = {};

  merge(appData, {}, JSON.parse('{"__proto__":{"evil":true},"a":1}'));
  assert.equal(appData.evil, undefined);
  assert.equal(Object.getPrototypeOf(appData), Object.prototype);
  assert.deepEqual(appData, { a: 1 });

  const refusing = new Proxy(
    {},
    {
      getOwnPropertyDescriptor() {
        throw new Error('no');
      },
    },
  );

  merge(refusing, {}, { a: 1 });
  merge([], {}, { a: 1 });
  merge({}, {}, 'text');
  merge({}, null, null);
});

test('after any change there, both say the same', () => {
  const random = new Random(seedOfTest());
  const list = (make) => Array.from({ length: random.below(5) }, make);
  const value = (depth) => {
    switch (random.below(depth > 3 ? 3 : 5)) {
      case 0:
        return random.below(5);
      case 1:
        return random.pick('abcde');
      case 2:
        return random.pick([null, true, false]);
      case 3:
        return list(() => value(depth + 1));
      default:
        return object(depth);
    }
  };
  const object = (depth = 0) =>
    Object.fromEntries(list(() => [random.pick('pqrst'), value(depth + 1)]));

  for (let round = 0; round < 5000; ++round) {
    const before = object();
    const after = object();
    const target = structuredClone(before);

    merge(target, before, after);
    assert.deepEqual(said(target), after, `round ${round}`);
  }
});
