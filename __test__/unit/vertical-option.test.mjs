/**
 * Test of the option `vertical` and of `REMOTE_MEDIASOUP_VERTICAL`, which decide whether a Worker is one
 * process or several: accepted forms, precedence, and errors.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inProcess, lib } from './support.mjs';

const { settingsOf } = lib('remote/settings');
const { verticalOfEnvironment } = lib('verticalOption');

const inEnvironment = (text) =>
  verticalOfEnvironment({ REMOTE_MEDIASOUP_VERTICAL: text });

for (const [text, value] of [
  [undefined, undefined],
  ['', undefined],
  ['1', true],
  ['true', true],
  ['0', false],
  ['false', false],
  ['{"maxWorkers":4}', { maxWorkers: 4 }],
  ['placement=spread', { placement: 'spread' }],
  [
    'maxWorkers=4,watermark=62.5,placement=fill',
    { maxWorkers: 4, watermark: 62.5, placement: 'fill' },
  ],
]) {
  test(`the environment says ${text}`, () => {
    assert.deepEqual(inEnvironment(text), value);
  });
}

for (const text of ['yes', '{', 'maxWorkers', 'maxWorkers=', 'a=1,', 'a=1 2']) {
  test(`the environment says nothing that is known: ${text}`, () => {
    assert.throws(() => inEnvironment(text), {
      name: 'TypeError',
      message: /^REMOTE_MEDIASOUP_VERTICAL must be/,
    });
  });
}

test('an option of the application precedes the environment', () => {
  const env = { REMOTE_MEDIASOUP_VERTICAL: '1' };
  const verticalWith = (vertical) =>
    settingsOf('ws://host', { vertical }, env).vertical;

  assert.equal(verticalWith(undefined), true);
  assert.equal(verticalWith(null), true);
  assert.equal(verticalWith(false), false);
  assert.deepEqual(verticalWith({ maxWorkers: 2 }), { maxWorkers: 2 });
});

test('createWorker() reports a wrong switch', async () => {
  const { stdout } = await inProcess(
    `
    const tell = ({ name, message }) => console.log(name, message);
    await mediasoup.createWorker().catch(tell);
    await mediasoup.createWorker({ vertical: 'yes' }).catch(tell);`,
    { env: { REMOTE_MEDIASOUP_VERTICAL: 'yes' } },
  );

  assert.match(
    stdout,
    /^TypeError REMOTE_MEDIASOUP_VERTICAL must be .*\nTypeError vertical must be .*\n$/,
  );
});
