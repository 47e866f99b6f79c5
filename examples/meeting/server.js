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
const { notify, serveRequests } = require('./server/envelope');
const { Media } = require('./server/media');
const { createPage } = require('./server/page');
const { Peer } = require('./server/peer');
const { Room } = require('./server/room');

/** A bound on what a link can cost. */
const MAX_PEERS_PER_ROOM = 64;
/** Of a request; capabilities are the largest, of some 10 KB. */
const MAX_MESSAGE_BYTES = 100_000;
const ROOM_ID = /^[\w-]{1,64}$/;
const NAME = /^.{1,40}$/u;
const KEY = /^[\w-]{20,64}$/;

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
  const peers = () =>
    [...rooms.values()].flatMap((room) => [...room.peers.values()]);

  function openRoom(id) {
    if (!rooms.has(id)) {
      // Another room may have the id by then.
      const onEmpty = () => rooms.get(id) === room && rooms.delete(id);
      const room = new Room({ id, media, listenInfo, onEmpty });
      rooms.set(id, room);
    }
    return rooms.get(id);
  }

  const app = await createPage(() => ({
    origin: origin(localAddress()),
    media: media.state,
    rooms: [...rooms.values()]
      .map((room) => ({ id: room.id, people: room.others().length }))
      .filter(({ people }) => people > 0),
  }));
  const server = tls ? https.createServer(tls, app) : http.createServer(app);
  const io = new Server(server, {
    serveClient: false,
    maxHttpBufferSize: MAX_MESSAGE_BYTES,
  });

  media.on('change', (state) => notify(io, 'media', state));
  media.on('linkup', () => peers().forEach((peer) => peer.receiveAll()));
  media.on('router', (router) => openRoom(router.appData.roomId).keep(router));
  await media.start();
  rooms.forEach((room) => room.closeIfEmpty());

  io.use((socket, next) => {
    const { roomId, displayName, key } = socket.handshake.auth;
    const present = rooms.get(roomId)?.peers;
    if (
      !matches(roomId, ROOM_ID) ||
      !matches(displayName, NAME) ||
      !matches(key, KEY)
    ) {
      next(new Error('A room and a name are needed.'));
    } else if (present?.size >= MAX_PEERS_PER_ROOM && !present.has(idOf(key))) {
      next(new Error('This room is full.'));
    } else {
      next();
    }
  });

  io.on('connection', (socket) => {
    const { roomId, displayName, key } = socket.handshake.auth;
    const room = openRoom(roomId);
    const id = idOf(key);
    const known = room.peers.get(id);
    const peer =
      known?.hasLeft === false ? known : new Peer({ id, displayName, room });
    const send = (method, data) => notify(socket, method, data);
    peer.attach(send);
    send('media', media.state);
    serveRequests(socket, (method, data) => peer.request(method, data));
    socket.on('disconnect', (reason) => {
      const isMeant = reason === 'client namespace disconnect';
      peer.detach(send, isMeant ? 0 : undefined);
    });
  });

  server.listen(port, listenIp);
  await once(server, 'listening');

  function origin(host) {
    return `${tls ? 'https' : 'http'}://${host}:${server.address().port}`;
  }
  return {
    url: origin(listenIp === '0.0.0.0' ? 'localhost' : listenIp),
    getWorker: () => media.getWorker(),
    async close() {
      await io.close();
      await media.close();
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
  const {
    PORT = '3000',
    LISTEN_IP = '0.0.0.0',
    TLS_CERT,
    TLS_KEY,
  } = process.env;
  startMeeting({
    port: Number(PORT),
    listenIp: LISTEN_IP,
    listenInfo: mediaAddress(LISTEN_IP, process.env),
    tls: TLS_CERT && {
      cert: readFileSync(TLS_CERT),
      key: readFileSync(TLS_KEY),
    },
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
