/**
 * Test of connecting to a real server (the binary `remote-mediasoup`) by the second client: HTTP upgrade,
 * token, protocol version, and the first messages, as sections 2 to 4 of docs/PROTOCOL.md state them. A
 * failure means that server and document disagree.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { encode } from '@msgpack/msgpack';
import WebSocket from 'ws';
import { SUBPROTOCOL } from './logs.mjs';
import { serverFor } from './support.mjs';

const { server, client } = await serverFor({ after });

/** A link without a client behind it. */
async function bareLink() {
  const { ca, token, url } = server;
  const { readFileSync } = await import('node:fs');
  const socket = new WebSocket(url, [SUBPROTOCOL], {
    headers: { Authorization: `Bearer ${token}` },
    ca: readFileSync(ca),
  });

  socket.on('error', () => {});
  await once(socket, 'open');

  return socket;
}

test('a client is welcomed into a session of its own, with a snapshot of nothing', async () => {
  const one = client();
  const welcome = await one.connect();

  assert.equal(typeof welcome.epoch, 'string');
  assert.equal(welcome.resumed, false);
  assert.equal(welcome.received, 0);
  await one.until(() => one.snapshots === 1);
  assert.deepEqual(one.entries, ['snapshot']);
  assert.equal(one.objects.size, 0);
});

test('two clients without a session name have two sessions', async () => {
  const [one, two] = [client(), client()];

  await Promise.all([one.connect(), two.connect()]);
  assert.notEqual(one.epoch, two.epoch);
});

test('the server picks its protocol among those of the client', async () => {
  await client({
    protocols: ['remote-mediasoup.v99', SUBPROTOCOL],
  }).connect();
});

for (const [what, protocols] of Object.entries({
  'another version': ['remote-mediasoup.v2'],
  'another protocol': ['graphql-ws'],
  none: [],
})) {
  test(`a client that speaks ${what} learns which version the server speaks`, async () => {
    await assert.rejects(client({ protocols }).connect(), (error) => {
      assert.equal(error.status, 426);
      assert.match(error.body, /remote-mediasoup\.v1/);

      return true;
    });
  });
}

for (const [what, token] of Object.entries({
  'a wrong token': 'not the token at all',
  'half of the token': server.token.slice(0, 8),
  'no token': undefined,
  'an empty token': '',
})) {
  test(`${what} is refused`, async () => {
    await assert.rejects(client({ token }).connect(), { status: 401 });
  });
}

test('nobody learns from the status whether only the version is wrong', async () => {
  await assert.rejects(
    client({ token: 'not the token at all', protocols: ['x'] }).connect(),
    { status: 401 },
  );
});

test('another name of the client with the same resume starts over', async () => {
  const one = client({ session: 'greeting' });
  const two = client({ session: 'greeting' });

  await one.connect();
  await two.connect();
  assert.equal(one.epoch, two.epoch);
  assert.equal(two.welcome.resumed, false);
});

for (const [what, frame] of Object.entries({
  'entries first': { entries: { at: 1, ack: 0, entries: [] } },
  'a hello without a client': { hello: { agent: 'nobody' } },
  'a name of the client that is too short': { hello: { client: 'ab' } },
})) {
  test(`${what}: the link is closed with a protocol error`, async () => {
    const socket = await bareLink();

    socket.send(encode(frame));

    const [code] = await once(socket, 'close');

    assert.equal(code, 4000);
  });
}

test('a second hello is a protocol error', async () => {
  const one = client();

  await one.connect();

  const closed = once(one, 'closed');

  one.raw(encode({ hello: { client: '0'.repeat(32) } }));
  assert.equal((await closed)[0], 4000);
});

test('the same client on another link: the older one goes', async () => {
  const one = client();

  await one.connect();

  const closed = once(one, 'closed');

  await one.connect();
  assert.equal(one.welcome.resumed, true);
  assert.equal((await closed)[0], 4001);
  // The newer link is the one that goes on.
  assert.ok(await one.call(0, { createWorker: {} }));
});
