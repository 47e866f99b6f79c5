'use strict';

/**
 * The server of a small meeting. It serves the pages, has a mediasoup Worker, and
 * makes every browser that connects a Peer in the Room of its link.
 *
 * Signalling is requests and notifications over a WebSocket; media and chat go
 * straight between the browsers and the Worker. They go on while signalling is
 * away; where the Worker is on a media server, also while this process is.
 */

const { createHash } = require('node:crypto');
const { once } = require('node:events');
const { readFileSync } = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const os = require('node:os');
const { Server } = require('socket.io');
const { Media } = require('./server/media');
const { createPage } = require('./server/page');
const { Room } = require('./server/room');

/** In a room: a bound on what a link can cost. */
const MAX_PEERS = 64;
/** Of a request; capabilities are the largest, of some 10 KB. */
const MAX_MESSAGE_BYTES = 100_000;
/** What a browser shows when it connects. */
const AUTH = {
  roomId: /^[\w-]{1,64}$/,
  displayName: /^.{1,40}$/u,
  key: /^[\w-]{20,64}$/,
};

/**
 * @param {object} options
 * @param {number} options.port of the page; 0 takes a free one.
 * @param {string} options.listenIp for the page.
 * @param {{ ip: string, announcedAddress?: string }} [options.listenInfo] for
 *   media, and where browsers find it if that is another address.
 * @param {{ cert: Buffer, key: Buffer }} [options.tls] makes the page https.
 */
async function startMeeting({
  port,
  listenIp,
  listenInfo = { ip: listenIp },
  tls,
}) {
  /** By the id in their link; a room is there as long as someone is in it. */
  const rooms = new Map();
  const media = new Media();
  const app = await createPage(() => ({
    origin: origin(localAddress()),
    media: media.state,
    rooms: [...rooms].map(([id, { peers }]) => ({ id, people: peers.size })),
  }));
  const server = tls ? https.createServer(tls, app) : http.createServer(app);
  const io = new Server(server, {
    serveClient: false,
    maxHttpBufferSize: MAX_MESSAGE_BYTES,
  });
  const origin = (host) =>
    `${tls ? 'https' : 'http'}://${host}:${server.address().port}`;

  function openRoom(id) {
    if (!rooms.has(id)) {
      rooms.set(id, new Room({ id, rooms, io, media, listenInfo }));
    }
    return rooms.get(id);
  }

  media.on('change', (state) =>
    io.emit('notification', { method: 'media', data: state }),
  );
  media.on('router', (router) => openRoom(router.appData.roomId).keep(router));
  await media.start();
  rooms.forEach((room) => room.closeIfEmpty());

  io.use(({ handshake: { auth } }, next) => {
    const isValid = Object.entries(AUTH).every(
      ([name, form]) => typeof auth[name] === 'string' && form.test(auth[name]),
    );
    const peers = rooms.get(auth.roomId)?.peers ?? new Map();
    if (!isValid) {
      next(new Error('A room and a name are needed.'));
    } else if (peers.size >= MAX_PEERS && !peers.has(idOf(auth.key))) {
      next(new Error('This room is full.'));
    } else {
      next();
    }
  });

  io.on('connection', (socket) => {
    const { roomId, displayName, key } = socket.handshake.auth;
    const id = idOf(key);
    const peer = openRoom(roomId).enter(id, displayName);
    peer.back();
    socket.join([id, `room ${roomId}`]);
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
      if (!io.of('/').adapter.rooms.has(id)) {
        const isMeant = reason === 'client namespace disconnect';
        peer.away(isMeant ? 0 : undefined);
      }
    });
  });

  server.listen(port, listenIp);
  await once(server, 'listening');
  return {
    url: origin(listenIp === '0.0.0.0' ? 'localhost' : listenIp),
    getWorker: () => media.getWorker(),
    async close() {
      await io.close();
      await media.close();
    },
  };
}

/**
 * Who shows the same key is the same Peer, also on another connection and to
 * another process. What others see of it doesn't tell the key.
 */
function idOf(key) {
  return createHash('sha256').update(key).digest('base64url');
}

function localAddress() {
  const addresses = Object.values(os.networkInterfaces()).flat();
  const isReachable = (a) => a.family === 'IPv4' && !a.internal;
  return addresses.find(isReachable)?.address ?? '127.0.0.1';
}

/** A media server knows its own address; a Worker that listens everywhere doesn't. */
function mediaAddress(ip, { ANNOUNCED_ADDRESS, REMOTE_MEDIASOUP_URL }) {
  if (REMOTE_MEDIASOUP_URL) {
    return { ip: '0.0.0.0', announcedAddress: ANNOUNCED_ADDRESS };
  }
  const own = ip === '0.0.0.0' ? localAddress() : undefined;
  return { ip, announcedAddress: ANNOUNCED_ADDRESS ?? own };
}

async function main(env) {
  const { PORT = '3000', LISTEN_IP = '0.0.0.0', TLS_CERT, TLS_KEY } = env;
  const { url } = await startMeeting({
    port: Number(PORT),
    listenIp: LISTEN_IP,
    listenInfo: mediaAddress(LISTEN_IP, env),
    tls: TLS_CERT && {
      cert: readFileSync(TLS_CERT),
      key: readFileSync(TLS_KEY),
    },
  });
  console.log(`The meeting is on ${url}`);
  // A Worker closes itself on these signals, which keeps Node from exiting by them.
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => process.exit(0));
  }
}

if (require.main === module) {
  main(process.env).catch((error) => {
    console.error(`The meeting can't start: ${error.message}`);
    process.exit(1);
  });
}

module.exports = { startMeeting };
