/**
 * Test of the class `RemoteMediasoupClient`, with the addon's remote functions faked: states, events and
 * errors from opening to destruction.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeSession, Kind, items, settled } from './fake-session.mjs';
import { mediasoup } from './support.mjs';

const { RemoteMediasoupClient } = mediasoup;
const URL_TEXT = 'ws://127.0.0.1:4443';

/** Writes down what a client tells. */
function follow(client) {
  const events = [];

  for (const name of [
    'mediasoup',
    'connected',
    'disconnected',
    'error',
    'close',
  ]) {
    client.on(name, (about) => {
      events.push(name === 'error' ? `error: ${about.message}` : name);
    });
  }

  return events;
}

test('it opens, loses its link, finds it again and closes', async () => {
  const fake = new FakeSession();
  const client = new RemoteMediasoupClient({ session: 'rooms' });
  const events = follow(client);

  assert.equal(client.readyState, RemoteMediasoupClient.CLOSED);
  assert.equal(client.mediasoup, undefined);

  const opening = client.open(URL_TEXT);

  assert.equal(client.open(), opening);
  assert.equal(client.readyState, RemoteMediasoupClient.CONNECTING);
  fake.tell(items.connected());

  const remote = await opening;

  assert.equal(client.mediasoup, remote);
  assert.equal(client.readyState, RemoteMediasoupClient.OPEN);
  fake.tell(
    items.link({ state: 'disconnected', reason: 'reset', retryInMs: 5 }),
  );
  assert.equal(client.readyState, RemoteMediasoupClient.CONNECTING);
  assert.equal(client.mediasoup, remote);
  fake.tell(items.connected('resumed'));
  assert.equal(client.readyState, RemoteMediasoupClient.OPEN);
  client.close();
  assert.equal(client.readyState, RemoteMediasoupClient.CLOSED);
  assert.equal(client.mediasoup, undefined);
  assert.deepEqual(events, [
    'connected',
    'mediasoup',
    'disconnected',
    'connected',
    'close',
  ]);
});

test('its states have the numbers of a WebSocket’s', () => {
  const { CONNECTING, OPEN, CLOSED } = RemoteMediasoupClient;

  assert.deepEqual([CONNECTING, OPEN, CLOSED], [0, 1, 3]);
});

test('with a URL it opens by itself', async () => {
  for (const options of [URL_TEXT, new URL(URL_TEXT), { url: URL_TEXT }]) {
    const fake = new FakeSession();
    const client = new RemoteMediasoupClient(options);

    assert.equal(client.readyState, RemoteMediasoupClient.CONNECTING);
    fake.tell(items.connected());
    assert.equal(await client.open(), client.mediasoup);
    client.close();
  }
});

test('wrong arguments throw at once', () => {
  assert.throws(() => new RemoteMediasoupClient('http://host'), TypeError);
  assert.throws(() => new RemoteMediasoupClient().open(), TypeError);
});

test('a refusal is an error, and then the end', async () => {
  const fake = new FakeSession();
  const client = new RemoteMediasoupClient(URL_TEXT);
  const events = follow(client);
  const opening = client.open();

  fake.tell(items.link({ state: 'refused', reason: 'wrong token' }));
  await assert.rejects(opening, /refused the connection: wrong token/);
  assert.deepEqual(events, [
    'error: the server refused the connection: wrong token',
    'close',
  ]);
  assert.equal(client.readyState, RemoteMediasoupClient.CLOSED);
});

test('a later refusal is the same, and it can be opened again', async () => {
  const fake = new FakeSession();
  const client = new RemoteMediasoupClient(URL_TEXT);

  fake.tell(items.created(Kind.Worker, 1), items.connected());

  const { workers } = await client.open();
  const [worker] = workers;
  const events = follow(client);

  fake.tell(items.link({ state: 'refused', reason: 'expired' }));
  assert.equal(worker.died, true);
  assert.deepEqual(events, [
    'error: the server refused the connection: expired',
    'close',
  ]);

  const opening = client.open();

  fake.tell(items.connected());
  await opening;
  assert.equal(client.readyState, RemoteMediasoupClient.OPEN);
  client.close();
});

test('an error that nobody listens to isn’t thrown', async () => {
  const fake = new FakeSession();
  const client = new RemoteMediasoupClient(URL_TEXT);

  fake.tell(items.link({ state: 'refused', reason: 'wrong token' }));
  await settled();
  assert.equal(client.readyState, RemoteMediasoupClient.CLOSED);
});

test('to be closed while it opens is not a failure', async () => {
  new FakeSession();

  const client = new RemoteMediasoupClient(URL_TEXT);
  const events = follow(client);
  const opening = client.open();

  client.close();
  await assert.rejects(opening, /the connection was closed/);
  assert.deepEqual(events, ['close']);
});

test('what is destroyed stays closed and silent', async () => {
  const fake = new FakeSession();
  const client = new RemoteMediasoupClient(URL_TEXT);
  const events = follow(client);

  fake.tell(items.connected());
  await client.open();
  client.destroy();
  assert.equal(events.at(-1), 'close');
  assert.equal(client.listenerCount('close'), 0);
  assert.throws(() => client.open(), /destroyed/);
});
