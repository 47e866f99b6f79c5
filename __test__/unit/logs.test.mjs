/**
 * Test of logs: each line must go to the application's function for its level, and to the console where
 * `DEBUG` selects it. A function that throws must do no harm.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inProcess, lib, mediasoup } from './support.mjs';

const { Logger } = lib('Logger');

function logAll(logger) {
  logger.debug('fine');
  logger.warn('hm');
  logger.error('oh', new Error('why'));
}

test('each listener gets its level, with the name of who logs', (t) => {
  const seen = [];

  t.after(() => mediasoup.setLogEventListeners({}));
  mediasoup.setLogEventListeners({
    ondebug: (...args) => seen.push(['debug', ...args]),
    onwarn: (...args) => seen.push(['warn', ...args]),
    onerror: (...args) => seen.push(['error', ...args]),
  });
  logAll(new Logger('Part'));
  assert.deepEqual(seen, [
    ['debug', 'remote-mediasoup:Part', 'fine'],
    ['warn', 'remote-mediasoup:WARN:Part', 'hm'],
    ['error', 'remote-mediasoup:ERROR:Part', 'oh', new Error('why')],
  ]);
});

test('who isn’t given, or is taken away, gets nothing', (t) => {
  const seen = [];

  t.after(() => mediasoup.setLogEventListeners({}));
  mediasoup.setLogEventListeners({ onwarn: (...args) => seen.push(args) });
  logAll(new Logger());
  assert.deepEqual(seen, [['remote-mediasoup:WARN', 'hm']]);
  mediasoup.setLogEventListeners({});
  logAll(new Logger());
  assert.equal(seen.length, 1);
});

test('a listener that throws does no harm', (t) => {
  t.after(() => mediasoup.setLogEventListeners({}));
  mediasoup.setLogEventListeners({
    ondebug: () => {
      throw new Error('listener');
    },
  });
  new Logger().debug('fine');
});

test('DEBUG chooses what goes to the console', async () => {
  const script = `
    const { Logger } = require('./lib/Logger');
    const logger = new Logger('Part');
    logger.debug('fine'); logger.warn('hm'); logger.error('oh', new Error('why'));`;
  const all = await inProcess(script, { env: { DEBUG: 'remote-mediasoup*' } });

  assert.match(all.stdout, /remote-mediasoup:Part fine/);
  assert.match(all.stderr, /remote-mediasoup:WARN:Part hm/);
  assert.match(all.stderr, /remote-mediasoup:ERROR:Part oh Error: why/);

  const warnings = await inProcess(script, { env: { DEBUG: '*WARN*' } });

  assert.equal(warnings.stdout, '');
  assert.match(warnings.stderr, /hm/);
  assert.doesNotMatch(warnings.stderr, /oh/);
});

test('what a worker prints is logged', async () => {
  const { stdout, stderr } = await inProcess(
    `const worker = await mediasoup.createWorker({ logLevel: 'debug', logTags: ['info'] });
     await worker.createRouter();
     worker.close();`,
    { env: { DEBUG: 'remote-mediasoup*' } },
  );

  assert.match(stdout, /remote-mediasoup:Channel \[pid:\d+\]/);
  assert.match(stdout, /remote-mediasoup:Worker close\(\)/);
  assert.equal(stderr, '');
});
