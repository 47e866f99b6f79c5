'use strict';

/**
 * The doctor's check that media reaches the server: it creates a Worker there and sends RTP over UDP to the
 * address that peers will use and back. The result holds for the way from this machine; that of the peers may
 * differ.
 */

const dgram = require('node:dgram');
const { once } = require('node:events');
const net = require('node:net');
const { fail, ok, warn, within } = require('./Checkup');
const { placeOf } = require('./network');

const OPUS = {
  kind: 'audio',
  mimeType: 'audio/opus',
  clockRate: 48_000,
  channels: 2,
};
const PAYLOAD_TYPE = 100;
const SSRC = 0x0d0c_7041;

/** Packets get lost: another one is sent so often. */
const REPEAT_MS = 50;

const WILDCARDS = new Set(['0.0.0.0', '::']);

/** An address in the server's words about those that it allows. */
const ADDRESS = /\b\d+(?:\.\d+){3}\b/g;

/** Round trips that are measured. */
const ROUND_TRIPS = 5;

/**
 * @param {import('./Checkup').Checkup} checkup
 * @param {import('../../lib/remote/RemoteMediasoupClient').RemoteMediasoupClient} client that is connected
 * @param {{ url: string, announcedAddress?: string, timeoutMs: number }} options
 */
async function checkMedia(checkup, client, options) {
  let worker;
  await checkup.check('workers', ['session'], async () => {
    worker = await client.mediasoup.createWorker({ logLevel: 'none' });
    return ok(
      `the server starts one; a command takes ${await roundTrip(worker)} ms`,
    );
  });
  await checkup.check('udp', ['workers'], () => udp(worker, options));
  // It would outlive us in a session that has a name.
  worker?.close();
}

/** Milliseconds, the middle one of some. */
async function roundTrip(worker) {
  const times = [];
  for (let count = 0; count < ROUND_TRIPS; count += 1) {
    const startedAt = performance.now();
    await worker.getResourceUsage();
    times.push(performance.now() - startedAt);
  }
  times.sort((a, b) => a - b);
  return times[ROUND_TRIPS >> 1].toFixed(1);
}

async function udp(worker, { url, announcedAddress, timeoutMs }) {
  const router = await worker.createRouter({ mediaCodecs: [OPUS] });
  const transport = await plainTransport(router, announcedAddress);
  const { localAddress, localPort } = transport.tuple;
  const isAnnounced = !WILDCARDS.has(localAddress);
  const host = isAnnounced ? localAddress : placeOf(url).host;
  const socket = dgram.createSocket(net.isIPv6(host) ? 'udp6' : 'udp4');
  const place = `${host}, UDP port ${localPort}`;
  // What comes back as ICMP is one way of not arriving.
  socket.on('error', () => {});
  try {
    const tuple = once(transport, 'tuple');
    const arrived = repeat(
      () => socket.send(rtpPacket(), localPort, host, () => {}),
      tuple,
      timeoutMs,
    );
    if (!(await arrived)) {
      return fail(
        `nothing that is sent to ${place} arrives at the server`,
        "open the server's --rtc-ports for UDP in its firewall, and see whether --announced-address leads there",
      );
    }
    if (!(await comesBack(router, transport, socket, timeoutMs))) {
      return warn(
        `RTP arrives at ${place}, but none comes back here`,
        'let UDP out of the server, and its answers in here; peers elsewhere may fare better',
      );
    }
  } finally {
    socket.close();
  }
  return isAnnounced
    ? ok(`RTP goes to ${place} and back`)
    : warn(
        `RTP goes to ${place} and back, but the server announces ${localAddress} to peers`,
        'start the server with --announced-address, or give announcedAddress with every listenInfo',
      );
}

/** Listens where the server lets it: if not everywhere, it names where. */
async function plainTransport(router, announcedAddress) {
  const listenOn = (ip) =>
    router.createPlainTransport({
      listenInfo: { protocol: 'udp', ip, announcedAddress },
      rtcpMux: true,
      comedia: true,
    });
  try {
    return await listenOn('0.0.0.0');
  } catch (error) {
    const allowed = (error.message.match(ADDRESS) ?? []).find(
      (address) => !WILDCARDS.has(address),
    );
    if (!allowed) throw error;
    return listenOn(allowed);
  }
}

/** Sends RTP from the server to where ours came from. */
async function comesBack(router, transport, socket, timeoutMs) {
  const source = await router.createDirectTransport();
  const { kind, ...codec } = OPUS;
  const producer = await source.produce({
    kind,
    rtpParameters: {
      codecs: [{ ...codec, payloadType: PAYLOAD_TYPE }],
      encodings: [{ ssrc: SSRC }],
    },
  });
  await transport.consume({
    producerId: producer.id,
    rtpCapabilities: router.rtpCapabilities,
  });
  const received = once(socket, 'message');
  return repeat(() => producer.send(rtpPacket()), received, timeoutMs);
}

/** Does something again and again until it is heard of. Resolves with whether it was. */
async function repeat(action, heard, timeoutMs) {
  action();
  const timer = setInterval(action, REPEAT_MS);
  try {
    await within(timeoutMs, heard, 'not in time');
    return true;
  } catch {
    return false;
  } finally {
    clearInterval(timer);
  }
}

let sequenceNumber = 0;

/** A packet of RTP (RFC 3550, section 5.1) with a payload of nothing. */
function rtpPacket() {
  sequenceNumber = (sequenceNumber + 1) & 0xffff;
  const packet = Buffer.alloc(16);
  packet[0] = 2 << 6;
  packet[1] = PAYLOAD_TYPE;
  packet.writeUInt16BE(sequenceNumber, 2);
  packet.writeUInt32BE(sequenceNumber * 960, 4);
  packet.writeUInt32BE(SSRC, 8);
  return packet;
}

exports.checkMedia = checkMedia;
