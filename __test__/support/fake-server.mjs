/**
 * Fake server for tests of the client against a broken or malicious one: it speaks docs/PROTOCOL.md, sections
 * 2 to 5, and sends whatever entries a test wants. It has no objects, and answers a client only where the
 * test does so.
 */
import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { decode, encode } from '@msgpack/msgpack';
import { WebSocketServer } from 'ws';

const SUBPROTOCOL = 'remote-mediasoup.v1';

/** Events: `link` (a `FakeLink` whose hello has come). */
export class FakeServer extends EventEmitter {
  #sockets;

  /** Listens on a free port of the loopback interface. */
  static async start() {
    const server = new FakeServer();

    server.#sockets = new WebSocketServer({
      host: '127.0.0.1',
      port: 0,
      handleProtocols: () => SUBPROTOCOL,
    });
    server.#sockets.on('connection', (socket) => {
      const link = new FakeLink(socket);

      link.once('hello', () => server.emit('link', link));
    });
    await once(server.#sockets, 'listening');

    return server;
  }

  get url() {
    return `ws://127.0.0.1:${this.#sockets.address().port}`;
  }

  /** Has every link find a session of its own, which holds these objects. */
  welcomeAll(objects) {
    this.on('link', (link) => {
      link.welcome();
      link.tell({ snapshot: { objects } });
    });
  }

  /** Cuts all links without a word. */
  cut() {
    for (const socket of this.#sockets.clients) socket.terminate();
  }

  stop() {
    this.cut();
    this.#sockets.close();
  }
}

/** Events: `hello`, `entry` (number, content) for each of the client's entries, `closed` (code). */
export class FakeLink extends EventEmitter {
  #socket;
  #sent = 0;
  #received = 0;

  hello;

  constructor(socket) {
    super();
    this.#socket = socket;
    socket.on('message', (bytes) => this.#frame(decode(bytes)));
    socket.on('close', (code) => this.emit('closed', code));
  }

  welcome({ epoch = randomUUID(), resumed = false } = {}) {
    this.frame({ welcome: { epoch, resumed, received: 0, agent: 'fake/1' } });
  }

  /** Appends entries to the server's log: objects, or bytes as they are. */
  tell(...entries) {
    const at = this.#sent + 1;

    this.#sent += entries.length;
    this.frame({
      entries: {
        at,
        ack: this.#received,
        fresh: at === 1,
        entries: entries.map((entry) =>
          entry instanceof Uint8Array
            ? entry
            : encode(entry, { useBigInt64: true }),
        ),
      },
    });
  }

  frame(frame) {
    this.#socket.send(encode(frame));
  }

  /** Bytes in the place of a frame. */
  raw(bytes) {
    this.#socket.send(bytes);
  }

  close(code) {
    this.#socket.close(code);
  }

  #frame({ hello, entries }) {
    if (hello) {
      this.hello = hello;
      this.emit('hello');

      return;
    }

    for (const bytes of entries.entries) {
      const entry = decode(bytes);

      this.emit('entry', ++this.#received, entry);
      // A goodbye that is heard is acknowledged.
      if (entry === 'leave') this.tell();
    }
  }
}

/** An object as it travels: section 10. */
export const object = (kind, handle, more) => ({
  handle,
  kind,
  id: kind === 'worker' ? '' : `${kind} ${handle}`,
  parent: handle,
  members: {},
  ...more,
});

/** Handles of a Worker and of a Router on it. */
export const WORKER = 1;
export const ROUTER = 2;

/** Both. */
export const tree = [
  object('worker', WORKER, { members: { pid: '7' } }),
  object('router', ROUTER, {
    parent: WORKER,
    members: { rtpCapabilities: '{}' },
  }),
];
