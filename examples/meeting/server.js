'use strict';

/**
 * The server of a small meeting. It serves the page, keeps one mediasoup Worker
 * running, and makes every browser that connects a Peer in the Room of its link.
 *
 * Signalling is requests and answers over a WebSocket; media and chat go
 * straight between the browsers and the Worker.
 */

const { randomBytes } = require('node:crypto');
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

/**
 * @param {object} options
 * @param {number} options.port of the page; 0 takes a free one.
 * @param {string} options.listenIp for the page and for media.
 * @param {string} [options.announcedAddress] where browsers find `listenIp`, if
 *   that is another address.
 */
async function startMeeting({ port, listenIp, announcedAddress }) {
  const app = express();
  const httpServer = http.createServer(app);
  const io = new Server(httpServer, { serveClient: false });
  /** By the id in their link; a room is there as long as someone is in it. */
  const rooms = new Map();

  servePage(app, await bundleClient());
  let worker = startWorker();
  await worker;

  /** A Worker is a process and may die, its rooms with it. Pages come back. */
  async function startWorker() {
    const newWorker = await mediasoup.createWorker({ logLevel: 'warn' });
    newWorker.on('died', (error) => {
      console.error(`mediasoup Worker died: ${error.message}`);
      worker = startWorker();
      io.disconnectSockets(true);
    });
    return newWorker;
  }

  function openRoom(roomId) {
    const listenInfo = { ip: listenIp, announcedAddress };
    const room = new Room({ worker, listenInfo });
    rooms.set(roomId, room);
    return room;
  }

  io.use((socket, next) => {
    const { roomId, name } = socket.handshake.auth;
    if (!matches(roomId, ROOM_ID) || !matches(name, NAME)) {
      next(new Error('A room and a name are needed.'));
    } else if (rooms.get(roomId)?.peers.size >= MAX_PEERS_PER_ROOM) {
      next(new Error('This room is full.'));
    } else {
      next();
    }
  });

  io.on('connection', (socket) => {
    const { roomId, name } = socket.handshake.auth;
    const room = rooms.get(roomId) ?? openRoom(roomId);
    const send = (event, data) => socket.emit(event, data);
    const peer = new Peer({ id: socket.id, name, room, send });

    serveRequests(socket, peer, () => {
      peer.close();
      if (room.peers.size === 0) {
        rooms.delete(roomId);
        room.close();
      }
    });
  });

  httpServer.listen(port, listenIp);
  await once(httpServer, 'listening');

  const host = listenIp === '0.0.0.0' ? 'localhost' : listenIp;
  return {
    url: `http://${host}:${httpServer.address().port}`,
    /** The Worker of now: after a death it is another one. */
    getWorker: () => worker,
    async close() {
      await io.close();
      (await worker).close();
    },
  };
}

function matches(value, pattern) {
  return typeof value === 'string' && pattern.test(value);
}

/**
 * Does what a browser asks, one request at a time and in their order, and its
 * leaving last of all: no method of Peer has to think of what else is going on,
 * or of a peer that is gone by now.
 */
function serveRequests(socket, peer, leave) {
  let previous = Promise.resolve();
  for (const request of Peer.requests) {
    socket.on(request, (data, reply) => {
      if (typeof reply === 'function') {
        previous = previous
          .then(() => peer[request](data))
          .then((result) => reply({ result }))
          .catch((error) => reply({ error: error.message }));
      }
    });
  }
  socket.on('disconnect', () => previous.then(leave));
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

/** A Worker that listens everywhere must be told where browsers can reach it. */
function localAddress() {
  const addresses = Object.values(os.networkInterfaces()).flat();
  const isReachable = (a) => a.family === 'IPv4' && !a.internal;
  return addresses.find(isReachable)?.address ?? '127.0.0.1';
}

if (require.main === module) {
  const { PORT = '3000', LISTEN_IP = '0.0.0.0' } = process.env;
  const isEverywhere = LISTEN_IP === '0.0.0.0';
  startMeeting({
    port: Number(PORT),
    listenIp: LISTEN_IP,
    announcedAddress:
      process.env.ANNOUNCED_ADDRESS ??
      (isEverywhere ? localAddress() : undefined),
  }).then(
    ({ url, close }) => {
      console.log(`The meeting is on ${url}`);
      // A Worker closes itself on these signals, which keeps Node from exiting by them.
      for (const signal of ['SIGINT', 'SIGTERM']) {
        process.once(signal, () => close().finally(() => process.exit(0)));
      }
    },
    (error) => {
      console.error(`The meeting can't start: ${error.message}`);
      process.exit(1);
    },
  );
}

module.exports = { startMeeting };
