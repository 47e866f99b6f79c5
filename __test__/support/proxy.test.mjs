/**
 * Test of the TCP proxy that other tests cut links with, against an echo server: delays, cuts, silence and
 * counts must be exact, because those tests draw conclusions from them.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { test } from 'node:test';
import { Proxy } from './proxy.mjs';
import { Random } from './random.js';

/** An echo behind a proxy, and a client in front of it. */
async function link(context, options) {
  const echo = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.pipe(socket);
  });

  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');

  const proxy = await Proxy.start({
    target: echo.address().port,
    random: new Random(1),
    ...options,
  });
  const client = net.connect(proxy.port, '127.0.0.1');

  client.on('error', () => {});
  await once(client, 'connect');

  context.after(async () => {
    client.destroy();
    await proxy.close();
    echo.close();
    await once(echo, 'close');
  });

  return { proxy, client };
}

/** However it ends: `once()` would take an error for a failure. */
function closed(socket) {
  socket.on('error', () => {});

  return new Promise((resolve) => socket.on('close', resolve));
}

async function read(socket, length) {
  let all = Buffer.alloc(0);

  while (all.length < length) {
    const [chunk] = await once(socket, 'data');

    all = Buffer.concat([all, chunk]);
  }

  return all;
}

test('bytes pass unchanged, in order and counted', async (context) => {
  const { proxy, client } = await link(context);
  const sent = Buffer.from(
    Array.from({ length: 1_000_000 }, (_, i) => i % 251),
  );

  client.write(sent);
  assert.ok((await read(client, sent.length)).equals(sent));
  assert.deepEqual(proxy.bytes, { up: sent.length, down: sent.length });
});

test('a delay is kept each way, and order with it', async (context) => {
  const { client } = await link(context, { delayMs: 30 });
  const start = performance.now();

  for (let byte = 0; byte < 10; ++byte) {
    client.write(Buffer.from([byte]));
  }

  const echoed = await read(client, 10);

  assert.ok(performance.now() - start >= 59);
  assert.deepEqual([...echoed], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('a cut is at the given byte', async (context) => {
  const { proxy, client } = await link(context);

  client.write('0123456789');
  await read(client, 10);
  proxy.cutAfter(4, 'down');

  const ended = closed(client);
  let rest = '';

  client.on('data', (chunk) => (rest += chunk));
  client.write('abcdefghij');
  await ended;
  assert.equal(rest, 'abcd');
  assert.equal(proxy.cuts, 1);
});

test('a half-open link is silent, and new connections are not', async (context) => {
  const { proxy, client } = await link(context);

  proxy.swallow();
  client.write('is anybody there?');

  const other = net.connect(proxy.port, '127.0.0.1');

  other.write('hello');
  assert.equal(String(await read(other, 5)), 'hello');
  assert.equal(client.bytesRead, 0);
  assert.equal(client.destroyed, false);
  other.destroy();
});

test('a blocked proxy refuses until it is open again', async (context) => {
  const { proxy, client } = await link(context);
  const cut = closed(client);

  proxy.block();
  await cut;

  const refused = net.connect(proxy.port, '127.0.0.1');

  await closed(refused);
  proxy.open();

  const served = net.connect(proxy.port, '127.0.0.1');

  served.write('hello');
  assert.equal(String(await read(served, 5)), 'hello');
  served.destroy();
});

test('round trips are counted by data, not by acknowledgements', async (context) => {
  const { proxy, client } = await link(context);
  const words = Buffer.alloc(300, 1);

  for (let count = 0; count < 3; ++count) {
    client.write(words);
    await read(client, words.length);
    client.write('ack');
    await read(client, 3);
  }

  assert.equal(proxy.roundTrips, 3);
});
