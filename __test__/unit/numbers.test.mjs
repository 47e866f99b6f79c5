/**
 * Test of the table of numbers that stand for kinds of events and errors between Rust and JavaScript
 * (`lib/seam/numbers.js`). Where Rust has a kind that JavaScript has no name for, loading must throw: a failure means
 * that two versions which don't fit run together.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lib } from './support.mjs';

const { ErrorClass, byNumber } = lib('seam/numbers');
const { makeError } = lib('seam/makeError');
const errors = lib('errors');

test('values are in the places of their numbers', () => {
  assert.deepEqual(byNumber({ B: 1, A: 0 }, { A: 'a', B: 'b' }), ['a', 'b']);
});

test('a name that is unknown here is refused', () => {
  assert.throws(() => byNumber({ New: 0 }, {}), /New/);
});

for (const [name, errorClass] of Object.entries(ErrorClass)) {
  test(`an error of class ${name} is one`, () => {
    const error = makeError(errorClass, 'why');

    assert.equal(error.constructor, errors[name] ?? globalThis[name]);
    assert.equal(error.message, 'why');
  });
}
