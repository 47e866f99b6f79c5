'use strict';

/**
 * Server of the example meeting, which `npm start` runs: it serves the pages, owns a mediasoup Worker, and
 * creates for every browser that connects a Peer in the Room of its link.
 *
 * Signalling is requests and notifications over a WebSocket; media and chat go straight between browsers and
 * the worker process. They go on while signalling is away; where the Worker is on a media server, also while
 * this process is.
 */

const { createHash, randomBytes } = require('node:crypto');
const { once } = require('node:events');
const { readFileSync } = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const path = require('node:path');
const esbuild = require('esbuild');
const express = require('express');
const { Server } = require('socket.io');
const { Media, localAddress } = require('./server/media');
const { Room } = require('./server/room');

/** In a room: a bound on what a link can cost. */
const MAX_PEERS = 64;
/** Of a request; capabilities are the largest, of some 10 KB. */
const MAX_MESSAGE_BYTES = 100_000;
/** Message by which a browser authenticates. */
const AUTH = {
  roomId: /^[\w-]{1,64}$/,
  displayName: /^.{1,40}$/u,
  key: /^[\w-]{20,64}$/,
};

/** By the environment variables of README.md. */
async function startMeeting(env = process.env) {
  const { PORT = '3000', LISTEN_IP = '0.0.0.0', TLS_CERT, TLS_KEY } = env;
  const app = express();
  const server = TLS_CERT
    ? https.createServer(
        { cert: readFileSync(TLS_CERT), key: readFileSync(TLS_KEY) },
        app,
      )
    : http.createServer(app);
  const io = new Server(server, {
    serveClient: false,
    maxHttpBufferSize: MAX_MESSAGE_BYTES,
  });
  const origin = (host) =>
    `http${TLS_CERT ? 's' : ''}://${host}:${server.address().port}`;
  /** By the id in their link; a room is there as long as someone is in it. */
  const rooms = new Map();
  const media = new Media({
    url: env.REMOTE_MEDIASOUP_URL,
    listenIp: LISTEN_IP,
    announcedAddress: env.ANNOUNCED_ADDRESS,
  });

  function openRoom(id) {
    if (!rooms.has(id)) {
      rooms.set(id, new Room(id, { rooms, media, io }));
    }
    return rooms.get(id);
  }

  media.on('change', (state) =>
    io.emit('notification', { method: 'media', data: state }),
  );
  media.on('router', (router) => openRoom(router.appData.roomId).keep(router));
  await media.start();
  rooms.forEach((room) => room.closeIfEmpty());

  await servePages(app);
  app.get('/lobby.json', (req, res) =>
    res.set('Cache-Control', 'no-store').json({
      origin: origin(localAddress()),
      media: media.state,
      freshRoomId: randomBytes(6).toString('base64url'),
      rooms: [...rooms].map(([id, { peers }]) => ({ id, people: peers.size })),
    }),
  );

  io.use(({ handshake: { auth } }, next) => {
    const isValid = ([name, form]) =>
      typeof auth[name] === 'string' && form.test(auth[name]);
    const peers = rooms.get(auth.roomId)?.peers ?? new Map();
    if (!Object.entries(AUTH).every(isValid)) {
      next(new Error('A room and a name are needed.'));
    } else if (peers.size >= MAX_PEERS && !peers.has(idOf(auth.key))) {
      next(new Error('This room is full.'));
    } else {
      next();
    }
  });

  io.on('connection', (socket) => {
    const { roomId, displayName, key } = socket.handshake.auth;
    const peerId = idOf(key);
    const peer = openRoom(roomId).enter({ peerId, displayName });
    peer.back();
    socket.join([peerId, `room ${roomId}`]);
    peer.notify('media', media.state);
    // EduMeet's envelope: `{ method, data }`, answered by `(error, data)`.
    socket.on('request', async (request, answer) => {
      if (typeof answer === 'function') {
        const done = (data) => answer(null, data);
        await peer.request(request).then(done, (it) => answer(it.message));
      }
    });
    socket.on('disconnect', (reason) => {
      // It may have come back by another connection already.
      if (!io.of('/').adapter.rooms.has(peerId)) {
        peer.away(reason === 'client namespace disconnect' ? 0 : undefined);
      }
    });
  });

  server.listen(Number(PORT), LISTEN_IP);
  await once(server, 'listening');
  return {
    media,
    url: origin(LISTEN_IP === '0.0.0.0' ? 'localhost' : LISTEN_IP),
    async close() {
      await io.close();
      await media.close();
    },
  };
}

/**
 * Id of the Peer with a key: the same on another connection and in another
 * process. Others can't compute the key from it.
 */
function idOf(key) {
  return createHash('sha256').update(key).digest('base64url');
}

/** Two pages, and their scripts in one file each. */
async function servePages(app) {
  const { outputFiles } = await esbuild.build({
    absWorkingDir: __dirname,
    entryPoints: ['client/lobby.js', 'client/room.js'],
    outdir: '.',
    bundle: true,
    minify: true,
    write: false,
  });
  for (const { path: file, text } of outputFiles) {
    app.get(`/${path.basename(file)}`, (req, res) => res.type('js').send(text));
  }
  const root = path.join(__dirname, 'public');
  app.get('/room/:id', (req, res) => res.sendFile('room.html', { root }));
  app.use(express.static(root));
}

if (require.main === module) {
  // A Worker closes itself on these signals, which keeps Node from exiting by them.
  ['SIGINT', 'SIGTERM'].forEach((signal) =>
    process.once(signal, () => process.exit(0)),
  );
  startMeeting().then(
    ({ url }) => console.log(`The meeting is on ${url}`),
    ({ message }) => {
      console.error(`The meeting can't start: ${message}`);
      process.exit(1);
    },
  );
}

module.exports = { startMeeting };
