'use strict';

/**
 * The server of a small meeting. It serves the page, keeps one mediasoup Worker
 * running, and makes every browser that connects a Peer in the Room of its link.
 *
 * Signalling is requests and answers over a WebSocket; media and chat go
 * straight between the browsers and the Worker. They go on while signalling is
 * away; where the Worker is on a media server, also while this process is.
 */

const { createHash, randomBytes } = require('node:crypto');
const { once } = require('node:events');
const http = require('node:http');
const os = require('node:os');
const path = require('node:path');
const esbuild = require('esbuild');
const express = require('express');
const mediasoup = require('remote-mediasoup');
const { Server } = require('socket.io');
const { Peer, Room } = require('./room');

const PUBLIC_DIR = path.join(__dirname, 'public');
/** More people than fit on a screen, and a bound on what a link can cost. */
const MAX_PEERS_PER_ROOM = 16;
const ROOM_ID = /^[\w-]{1,64}$/;
const NAME = /^.{1,40}$/u;
const KEY = /^[\w-]{20,64}$/;

/**
 * @param {object} options
 * @param {number} options.port of the page; 0 takes a free one.
 * @param {string} options.listenIp for the page.
 * @param {{ ip: string, announcedAddress?: string }} [options.listenInfo] for
 *   media, and where browsers find it if that is another address.
 */
async function startMeeting({ port, listenIp, listenInfo = { ip: listenIp } }) {
  const app = express();
  const httpServer = http.createServer(app);
  const io = new Server(httpServer, { serveClient: false });
  /** By the id in their link; a room is there as long as someone is in it. */
  const rooms = new Map();

  servePage(app, await bundleClient());
  mediasoup.observer.on('newworker', keepRouters);
  let worker;
  await getWorker();
  rooms.forEach((room) => room.closeIfEmpty());

  /** The Worker of now: after a death it is another one. */
  async function getWorker() {
    worker ??= findWorker();
    try {
      return await worker;
    } catch (error) {
      worker = undefined;
      throw error;
    }
  }

  /** A session on a media server may have one already, with rooms in it. */
  async function findWorker() {
    const isRemote = Boolean(process.env.REMOTE_MEDIASOUP_URL);
    const [found] = isRemote ? (await mediasoup.connect()).workers : [];
    return found ?? mediasoup.createWorker({ logLevel: 'warn' });
  }

  function keepRouters(newWorker) {
    newWorker.observer.on('newrouter', (router) =>
      openRoom(router.appData.roomId).keep(router),
    );
    // A Worker is a process and may die, its rooms with it. Pages come back.
    newWorker.on('died', (error) => {
      console.error(`mediasoup Worker died: ${error.message}`);
      worker = undefined;
      rooms.clear();
      io.disconnectSockets(true);
    });
  }

  function openRoom(id) {
    if (!rooms.has(id)) {
      // After a Worker's death another room may have the id.
      const onEmpty = () => rooms.get(id) === room && rooms.delete(id);
      const room = new Room({ id, getWorker, listenInfo, onEmpty });
      rooms.set(id, room);
    }
    return rooms.get(id);
  }

  io.use((socket, next) => {
    const { roomId, name, key } = socket.handshake.auth;
    const peers = rooms.get(roomId)?.peers;
    if (
      !matches(roomId, ROOM_ID) ||
      !matches(name, NAME) ||
      !matches(key, KEY)
    ) {
      next(new Error('A room and a name are needed.'));
    } else if (peers?.size >= MAX_PEERS_PER_ROOM && !peers.has(idOf(key))) {
      next(new Error('This room is full.'));
    } else {
      next();
    }
  });

  io.on('connection', (socket) => {
    const { roomId, name, key } = socket.handshake.auth;
    const room = openRoom(roomId);
    const id = idOf(key);
    const peer = room.peers.get(id) ?? new Peer({ id, name, room });
    serveRequests(socket, peer);
  });

  httpServer.listen(port, listenIp);
  await once(httpServer, 'listening');

  const host = listenIp === '0.0.0.0' ? 'localhost' : listenIp;
  return {
    url: `http://${host}:${httpServer.address().port}`,
    getWorker,
    async close() {
      mediasoup.observer.off('newworker', keepRouters);
      await io.close();
      (await worker)?.close();
    },
  };
}

function matches(value, pattern) {
  return typeof value === 'string' && pattern.test(value);
}

/**
 * Who shows the same key is the same Peer, also on another connection and to
 * another process. What others see of it doesn't tell the key.
 */
function idOf(key) {
  return createHash('sha256').update(key).digest('base64url');
}

function serveRequests(socket, peer) {
  const send = (event, data) => socket.emit(event, data);
  peer.connect(send);
  for (const request of Peer.requests) {
    socket.on(request, (data, reply) => {
      if (typeof reply === 'function') {
        peer.do(request, data).then(
          (result) => reply({ result }),
          (error) => reply({ error: error.message }),
        );
      }
    });
  }
  socket.on('disconnect', (reason) => {
    const isMeant = reason.endsWith('namespace disconnect');
    peer.disconnect(send, isMeant ? 0 : undefined);
  });
}

function servePage(app, client) {
  const newRoomId = () => randomBytes(6).toString('base64url');
  app.get('/', (req, res) => res.redirect(`/room/${newRoomId()}`));
  app.get('/room/:id', (req, res) => {
    res.sendFile('index.html', { root: PUBLIC_DIR });
  });
  app.get('/client.js', (req, res) => res.type('js').send(client));
  app.use(express.static(PUBLIC_DIR, { index: false }));
}

/** The page's script and the libraries that it imports, as one text. */
async function bundleClient() {
  const { outputFiles } = await esbuild.build({
    entryPoints: [path.join(__dirname, 'client', 'main.js')],
    bundle: true,
    format: 'esm',
    minify: true,
    write: false,
  });
  return outputFiles[0].text;
}

/** Where media is. A Worker that listens everywhere must be told its address. */
function mediaAddress(ip, { ANNOUNCED_ADDRESS, REMOTE_MEDIASOUP_URL }) {
  if (ANNOUNCED_ADDRESS) {
    return { ip, announcedAddress: ANNOUNCED_ADDRESS };
  }
  if (REMOTE_MEDIASOUP_URL) {
    // The media server knows its own.
    return { ip: '0.0.0.0' };
  }
  return ip === '0.0.0.0' ? { ip, announcedAddress: localAddress() } : { ip };
}

function localAddress() {
  const addresses = Object.values(os.networkInterfaces()).flat();
  const isReachable = (a) => a.family === 'IPv4' && !a.internal;
  return addresses.find(isReachable)?.address ?? '127.0.0.1';
}

if (require.main === module) {
  const { PORT = '3000', LISTEN_IP = '0.0.0.0' } = process.env;
  startMeeting({
    port: Number(PORT),
    listenIp: LISTEN_IP,
    listenInfo: mediaAddress(LISTEN_IP, process.env),
  }).then(
    ({ url }) => {
      console.log(`The meeting is on ${url}`);
      // A Worker closes itself on these signals, which keeps Node from exiting by them.
      for (const signal of ['SIGINT', 'SIGTERM']) {
        process.once(signal, () => process.exit(0));
      }
    },
    (error) => {
      console.error(`The meeting can't start: ${error.message}`);
      process.exit(1);
    },
  );
}

module.exports = { startMeeting };
