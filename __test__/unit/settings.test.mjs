/**
 * Test of `lib/remote/settings.js`: arguments of `connect()` and environment variables that name the server,
 * and the errors for invalid ones.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inProcess, lib } from './support.mjs';

const { environment, settingsOf } = lib('remote/settings');

const NOTHING = {};
const URL_TEXT = 'wss://media.example.com:4443/';

test('a URL is enough', () => {
  const expected = {
    url: URL_TEXT,
    token: undefined,
    session: undefined,
    ca: undefined,
    cert: undefined,
    key: undefined,
    requestTimeoutMs: 30_000,
    vertical: undefined,
  };

  assert.deepEqual(settingsOf(URL_TEXT, undefined, NOTHING), expected);
  assert.deepEqual(settingsOf(new URL(URL_TEXT), {}, NOTHING), expected);
  assert.deepEqual(
    settingsOf(`${URL_TEXT}#part`, { token: null }, NOTHING),
    expected,
  );
});

test('the environment says all', () => {
  assert.deepEqual(
    environment({
      REMOTE_MEDIASOUP_URL: URL_TEXT,
      REMOTE_MEDIASOUP_TOKEN: 'secret',
      REMOTE_MEDIASOUP_SESSION: 'rooms',
      REMOTE_MEDIASOUP_CA: '/ca.pem',
      REMOTE_MEDIASOUP_CERT: '/cert.pem',
      REMOTE_MEDIASOUP_KEY: '/key.pem',
      REMOTE_MEDIASOUP_REQUEST_TIMEOUT: '5000',
      REMOTE_MEDIASOUP_VERTICAL: '1',
    }),
    {
      url: URL_TEXT,
      token: 'secret',
      session: 'rooms',
      ca: '/ca.pem',
      cert: '/cert.pem',
      key: '/key.pem',
      requestTimeoutMs: 5000,
      vertical: true,
    },
  );
});

test('without a URL, or with an empty one, the environment says nothing', () => {
  assert.equal(environment(NOTHING), undefined);
  assert.equal(environment({ REMOTE_MEDIASOUP_URL: '' }), undefined);
});

test('the environment’s token and session are of its own server alone', () => {
  const { token, session, ca, requestTimeoutMs } = settingsOf(
    URL_TEXT,
    {},
    {
      REMOTE_MEDIASOUP_URL: 'wss://other.example.com',
      REMOTE_MEDIASOUP_TOKEN: 'secret',
      REMOTE_MEDIASOUP_SESSION: 'rooms',
      REMOTE_MEDIASOUP_CA: '/ca.pem',
      REMOTE_MEDIASOUP_REQUEST_TIMEOUT: '5000',
    },
  );

  assert.deepEqual(
    [token, session, ca, requestTimeoutMs],
    [undefined, undefined, '/ca.pem', 5000],
  );
});

/** `[what, url, options, words of the error]` */
const wrong = [
  ['no URL', undefined, {}, /^url must be a string or a URL$/],
  [
    'no words of a URL',
    'media.example.com',
    {},
    /^url must be the URL of a WebSocket/,
  ],
  ['another protocol', 'https://media.example.com', {}, /wss:\/\/host/],
  ['a password', 'wss://me:hidden@host', {}, /must not contain a password/],
  ['a token that is empty', URL_TEXT, { token: '' }, /^options\.token must be/],
  ['a session that is a number', URL_TEXT, { session: 5 }, /^options\.session/],
  ['a ca that is none', URL_TEXT, { ca: {} }, /^options\.ca/],
  ['no time', URL_TEXT, { requestTimeoutMs: 0 }, /^options\.requestTimeoutMs/],
  [
    'too much time',
    URL_TEXT,
    { requestTimeoutMs: 2 ** 31 },
    /up to 2147483647/,
  ],
  ['an observer that is none', URL_TEXT, { observer: {} }, /EventEmitter/],
  ['a word as the switch', URL_TEXT, { vertical: '1' }, /^options\.vertical/],
  ['a list as the switch', URL_TEXT, { vertical: [] }, /^options\.vertical/],
  ['no options', URL_TEXT, null, /^options must be an object$/],
];

for (const [what, url, options, words] of wrong) {
  test(`${what} is refused`, () => {
    assert.throws(
      () => settingsOf(url, options, NOTHING),
      (error) => {
        assert.ok(error instanceof TypeError);
        assert.match(error.message, words);
        assert.doesNotMatch(error.message, /hidden/);

        return true;
      },
    );
  });
}

test('the first call, not the import, reports a wrong environment', async () => {
  const { stdout } = await inProcess(
    `
    for (const call of [mediasoup.createWorker, mediasoup.connect]) {
      await call().catch(({ name, message }) => console.log(name, message));
    }`,
    { env: { REMOTE_MEDIASOUP_URL: 'http://host' } },
  );

  assert.match(stdout, /^(TypeError REMOTE_MEDIASOUP_URL must be .*\n){2}$/);
});

test('connect() without a server says what is missing', async () => {
  const { stdout } = await inProcess(`
    await mediasoup.connect().catch(({ message }) => console.log(message));`);

  assert.match(stdout, /as an argument or in REMOTE_MEDIASOUP_URL/);
});
