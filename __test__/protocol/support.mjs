/**
 * Set-up of protocol tests. `serverFor()` starts a server (the binary `remote-mediasoup`) for a test file and
 * returns it with a function that makes clients; the clients are the ones of `client.mjs`, written from the
 * protocol's documentation alone. When the file's tests have run, the server stops and the links are cut.
 */
import { mediaCodecs } from '../support/rtp.mjs';
import { TestServer } from '../support/server.mjs';
import { ProtocolClient } from './client.mjs';

export const listenInfos = [{ protocol: 'udp', ip: '127.0.0.1' }];

/** One server for a test file; it and what clients leave open end with the file. */
export async function serverFor({ after }, options) {
  const server = await TestServer.start(options);
  const clients = new Set();

  after(async () => {
    for (const client of clients) {
      client.cut();
    }

    await server.stop();
  });

  return {
    server,
    /** A client; it isn't connected yet. */
    client(more) {
      const client = new ProtocolClient({
        url: server.url,
        token: server.token,
        ca: server.ca,
        ...more,
      });

      client.on('welcome', () => clients.add(client));

      return client;
    },
  };
}

/** A Worker with a Router on it. */
export async function routerOf(client) {
  const worker = await client.call(0, { createWorker: {} });
  const router = await client.call(
    worker,
    { createRouter: {} },
    { values: { mediaCodecs: JSON.stringify(mediaCodecs) } },
  );

  return { worker, router };
}
