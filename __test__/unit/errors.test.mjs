/**
 * Test of mediasoup's error classes (`lib/errors.js`), and of the class that an error's number from Rust
 * stands for.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lib, mediasoup } from './support.mjs';

test('each class has its name, its message and a stack', () => {
  assert.deepEqual(Object.keys(mediasoup.errors).sort(), [
    'NotFoundError',
    'UnsupportedError',
    'WorkerClosedError',
  ]);

  for (const [name, Class] of Object.entries(mediasoup.errors)) {
    const error = new Class('why');

    assert.ok(error instanceof Error);
    assert.ok(error instanceof Class);
    assert.equal(error.name, name);
    assert.equal(error.message, 'why');
    assert.match(error.stack, /errors\.test\.mjs/);
    assert.doesNotMatch(error.stack, /lib.errors\.js/);
  }
});

test('the number of a class makes an error of that class', () => {
  const { makeError } = lib('seam/makeError');

  for (const [number, Class] of [
    [1, Error],
    [2, TypeError],
    [3, mediasoup.errors.UnsupportedError],
    [4, mediasoup.errors.NotFoundError],
    [5, mediasoup.errors.WorkerClosedError],
    [6, SyntaxError],
    [7, RangeError],
  ]) {
    const error = makeError(number, 'why');

    assert.equal(error.constructor, Class);
    assert.equal(error.message, 'why');
  }
});
