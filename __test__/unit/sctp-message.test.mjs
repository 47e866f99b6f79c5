/**
 * Test of `lib/classes/sctpMessage.js`: bytes and payload protocol id of text, binary and empty data
 * messages.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lib } from './support.mjs';

const { toMessage } = lib('classes/sctpMessage');

test('the id says what the message is, unless it is given', () => {
  for (const [message, given, ppid, data] of [
    ['hi', undefined, 51, 'hi'],
    [Buffer.from('hi'), undefined, 53, 'hi'],
    ['hi', 99, 99, 'hi'],
    [Buffer.from('hi'), 51, 51, 'hi'],
    ['hi', '51', 51, 'hi'],
    ['hi', -1, 0xffffffff, 'hi'],
    ['hi', 2 ** 32 + 1.5, 1, 'hi'],
  ]) {
    assert.deepEqual(toMessage(message, given), {
      ppid,
      data: Buffer.from(data),
    });
  }
});

test('an empty message is one byte, and its id says so', () => {
  for (const [message, given, ppid, data] of [
    ['', undefined, 56, ' '],
    [Buffer.alloc(0), undefined, 57, '\0'],
    ['not empty', 56, 56, ' '],
    ['not empty', 57, 57, '\0'],
  ]) {
    assert.deepEqual(toMessage(message, given), {
      ppid,
      data: Buffer.from(data),
    });
  }
});

test('what is neither a string nor a Buffer is refused', () => {
  for (const message of [undefined, null, 5, {}, new Uint8Array(3)]) {
    assert.throws(() => toMessage(message), {
      name: 'TypeError',
      message: 'message must be a string or a Buffer',
    });
  }
});
