/**
 * Test of WebRtcServers on a Worker that is spread over several processes, here and on a server: each process
 * must have the ports that the options give it, and transports must use those of their own process.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  everywhere,
  fixtures,
  here,
  media,
  onServer,
  transportsOf,
} from './support.mjs';

const { loopback } = fixtures;

/** A port that was free a moment ago, and so was the next one. */
async function freePort() {
  for (;;) {
    const one = await media.UdpPeer.open();
    const { port } = one;
    const next = await media.UdpPeer.open(port + 1).catch(() => {});

    one.close();
    next?.close();
    if (next) return port;
  }
}

/** So many Transports that every process gets some. */
const MANY = 8;

/** Transports of a WebRtcServer on this port, and what the log says while they are made. */
async function transportsOn(stage, { worker, router }, port) {
  const lines = [];

  stage.mediasoup.setLogEventListeners({
    onerror: (_, line, error) => {
      // The worker says in its own lines what it couldn't do.
      if (line.includes('WebRtcServer')) {
        lines.push(`${line} ${error?.message}`);
      }
    },
  });
  stage.after(() => stage.mediasoup.setLogEventListeners());

  const webRtcServer = await worker.createWebRtcServer({
    listenInfos: [{ ...loopback(), port }],
  });
  const ports = [];

  for (let i = 0; i < MANY; i++) {
    const { iceCandidates } = await router.createWebRtcTransport({
      webRtcServer,
    });

    ports.push(iceCandidates[0].port);
  }

  return { ports, lines };
}

here('a WebRtcServer does without a port that is taken', async (stage) => {
  const place = await stage.apart();
  const port = await freePort();
  const other = await media.UdpPeer.open(port + 1);

  stage.after(() => other.close());

  const { ports, lines } = await transportsOn(stage, place, port);

  assert.deepEqual(ports, Array(MANY).fill(port));
  assert.equal(lines.length, 1);
  assert.match(
    lines[0],
    /can't have its WebRtcServer: .*address already in use/,
  );
});

const ONE_PORT = await freePort();

onServer(
  'a WebRtcServer stays within the server’s ports',
  ['--rtc-ports', `${ONE_PORT}-${ONE_PORT}`],
  async (stage) => {
    const { worker, router } = await stage.room();
    const { ports } = await transportsOn(stage, { worker, router }, ONE_PORT);

    assert.deepEqual(ports, Array(MANY).fill(ONE_PORT));
    // Another process couldn't have listened.
    assert.deepEqual(await transportsOf(worker), [MANY]);
    await assert.rejects(
      worker.createWebRtcServer({
        listenInfos: [{ ...loopback(), port: ONE_PORT + 1 }],
      }),
      /is outside of the server's range/,
    );
  },
);

everywhere('a WebRtcServer is in all processes', async (stage) => {
  const { worker, router } = await stage.room();
  const port = await freePort();
  const webRtcServer = await worker.createWebRtcServer({
    listenInfos: [{ ...loopback(), port }],
  });
  const handled = [];

  webRtcServer.observer.on('webrtctransporthandled', (it) => handled.push(it));

  const transports = [];

  for (let i = 0; i < MANY; i++) {
    transports.push(await router.createWebRtcTransport({ webRtcServer }));
  }

  assert.deepEqual(handled, transports);
  assert.equal((await transportsOf(worker)).length, 2);
  assert.deepEqual(
    new Set(transports.map(({ iceCandidates }) => iceCandidates[0].port)),
    new Set([port, port + 1]),
  );

  const dump = await webRtcServer.dump();

  assert.equal(dump.id, webRtcServer.id);
  assert.deepEqual(
    dump.webRtcTransportIds.sort(),
    transports.map(({ id }) => id).sort(),
  );
  assert.deepEqual((await worker.dump()).webRtcServerIds, [webRtcServer.id]);

  const gone = Promise.all(
    transports.map((transport) => once(transport, 'listenserverclose')),
  );

  webRtcServer.close();
  await gone;
  assert.ok(transports.every((transport) => transport.closed));
});
