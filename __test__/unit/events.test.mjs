/**
 * Test of `lib/enhancedEvents.js`, mediasoup's event emitter: a listener that throws must harm neither the
 * emitter nor other code.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mediasoup } from './support.mjs';

const { EnhancedEventEmitter, enhancedOnce } = mediasoup.extras;

test('safeEmit() tells whether anybody listened', () => {
  const emitter = new EnhancedEventEmitter();
  const seen = [];

  assert.equal(emitter.safeEmit('event', 1), false);
  emitter.on('event', (...args) => seen.push(args));
  assert.equal(emitter.safeEmit('event', 1, 'two'), true);
  assert.deepEqual(seen, [[1, 'two']]);
});

test('a listener’s error becomes an event', () => {
  const emitter = new EnhancedEventEmitter();
  const error = new Error('listener');
  const seen = [];

  emitter.on('event', () => {
    throw error;
  });
  emitter.on('listenererror', (...args) => seen.push(args));
  assert.equal(emitter.safeEmit('event'), true);
  assert.deepEqual(seen, [['event', error]]);
});

test('an error of who listens to errors ends there', () => {
  const emitter = new EnhancedEventEmitter();

  for (const event of ['event', 'listenererror']) {
    emitter.on(event, () => {
      throw new Error(event);
    });
  }

  assert.equal(emitter.safeEmit('event'), true);
});

test('an event named error that nobody listens to is not an exception', () => {
  assert.equal(new EnhancedEventEmitter().safeEmit('error'), false);
});

test('there may be any number of listeners', () => {
  const emitter = new EnhancedEventEmitter();

  assert.equal(emitter.getMaxListeners(), Infinity);
});

test('removeAllListeners() wants to know of which event, as in mediasoup', () => {
  const emitter = new EnhancedEventEmitter();

  emitter.on('event', () => {});
  emitter.removeAllListeners();
  assert.equal(emitter.listenerCount('event'), 1);
  emitter.removeAllListeners('event');
  assert.equal(emitter.listenerCount('event'), 0);
});

test('enhancedOnce() resolves with what the event carries', async () => {
  const emitter = new EnhancedEventEmitter();
  const once = enhancedOnce(emitter, 'event');

  emitter.emit('event', 1, 2);
  assert.deepEqual(await once, [1, 2]);
});

test('enhancedOnce() can be given up', async () => {
  const abort = new AbortController();
  const once = enhancedOnce(new EnhancedEventEmitter(), 'event', abort);

  abort.abort();
  await assert.rejects(once, { name: 'AbortError' });
});
