/**
 * Servers, proxies, connections and programs for the tests of remote Workers. `stage()` starts them and ends
 * them with the test.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { childrenOf } from '../support/processes.mjs';
import { Proxy } from '../support/proxy.mjs';
import { connect, mediaCodecs, next } from '../support/remote.mjs';
import { TestServer } from '../support/server.mjs';
import { Random } from '../support/random.js';

/** One place for all that a test starts, so that it ends with the test. */
export async function stage(context, options) {
  const server = await TestServer.start(options);
  const endings = [];

  context.after(async () => {
    for (const end of endings.reverse()) {
      await end();
    }

    await server.stop();
  });

  return {
    server,

    /** A module whose Workers are on the server. */
    async connect({ proxy, ...more } = {}) {
      const mediasoup = await connect(
        server.urlOf(proxy?.port ?? server.port),
        server.options(more),
      );

      endings.push(() => mediasoup.close());

      return mediasoup;
    },

    async proxy(more) {
      const proxy = await Proxy.start({
        target: server.port,
        random: new Random(1),
        ...more,
      });

      endings.push(() => proxy.close());

      return proxy;
    },

    /** A program of its own: see program.mjs. Resolves with it and with what it reports. */
    async program(what, { session, port } = {}) {
      const child = fork(
        fileURLToPath(new URL('./program.mjs', import.meta.url)),
        [what],
        { env: { ...process.env, ...server.env({ session, port }) } },
      );

      endings.push(() => child.kill('SIGKILL'));

      const [report] = await once(child, 'message');

      return { child, report };
    },

    /** Pids of the worker processes. */
    workers: () => childrenOf(server.pid),
  };
}

/** A stage with a Router, behind a link that can be broken. */
export async function meeting(context, { args, ...options } = {}) {
  const it = await stage(context, { args });
  const proxy = await it.proxy();
  const mediasoup = await it.connect({ proxy, ...options });
  const worker = await mediasoup.createWorker();
  const router = await worker.createRouter({ mediaCodecs });

  return {
    ...it,
    ...{ proxy, mediasoup, worker, router },

    /** Blocks the link; resolves when the program knows. */
    async lose() {
      const disconnected = next(mediasoup.connection, 'disconnected');

      proxy.block();
      await disconnected;
    },
  };
}

/** Everything that happens below a module's observer from now on, as `[event, kind, id]`. */
export function watchTree(observer) {
  const seen = [];
  const note = (event) => (object) => {
    seen.push({ event, object });

    for (const below of [
      ...['newrouter', 'newwebrtcserver', 'newtransport', 'newrtpobserver'],
      ...['newproducer', 'newconsumer', 'newdataproducer', 'newdataconsumer'],
    ]) {
      object.observer.on(below, note(below));
    }
  };

  observer.on('newworker', note('newworker'));

  return seen;
}
