'use strict';
/**
 * Small meeting of one speaker and one listener with real media: RTP packets come in by one UDP socket and go
 * out by another. `by-import.mjs` and `by-require.cjs` call it with a module; it resolves with the worker's
 * pid and the packets that the listener received.
 *
 * It is copied into the folder where the packed package is installed, so that it imports only Node's own
 * modules.
 */

const assert = require('node:assert/strict');
const dgram = require('node:dgram');
const { once } = require('node:events');

const LISTEN_INFO = { protocol: 'udp', ip: '127.0.0.1' };

const OPUS = {
  kind: 'audio',
  mimeType: 'audio/opus',
  clockRate: 48000,
  channels: 2,
};
const PAYLOAD_TYPE = 100;
const SSRC = 11223344;
/** Of RTP, without extensions. */
const HEADER_BYTES = 12;

/** Of Opus: 20 ms of 48000 per second. */
const PACKET_INTERVAL_MS = 20;
const PACKET_SAMPLES = 960;
const PACKETS = 10;

/**
 * @param {object} mediasoup - The module, however it was loaded.
 * @returns {Promise<object>} What the one who listened has received.
 */
module.exports = async function meeting({ createWorker }) {
  const worker = await createWorker();
  const ended = once(worker, 'subprocessclose');
  const router = await worker.createRouter({ mediaCodecs: [OPUS] });

  await canBeJoinedByBrowsers(router);

  const payloads = await hear(router);

  worker.close();
  await ended;

  return { pid: worker.pid, payloads };
};

async function canBeJoinedByBrowsers(router) {
  const transport = await router.createWebRtcTransport({
    listenInfos: [LISTEN_INFO],
  });

  assert.equal(transport.iceCandidates[0].ip, LISTEN_INFO.ip);
  assert.ok(transport.dtlsParameters.fingerprints.length > 0);
}

/** Speaks until enough of it was heard, and returns what was. */
async function hear(router) {
  const mouth = await speaker(router);
  const ear = await listener(router, mouth.producer);
  const payloads = [];
  const pace = setInterval(() => mouth.speak(), PACKET_INTERVAL_MS);

  while (payloads.length < PACKETS) {
    const [packet] = await once(ear.socket, 'message');

    if (isSpeech(packet)) {
      payloads.push(payloadOf(packet));
    }
  }

  clearInterval(pace);

  const [received] = await mouth.producer.getStats();

  assert.ok(received.packetCount >= PACKETS);
  mouth.socket.close();
  ear.socket.close();

  return payloads;
}

async function speaker(router) {
  const socket = await udpSocket();
  const transport = await router.createPlainTransport({
    listenInfo: LISTEN_INFO,
    rtcpMux: true,
    comedia: true,
  });
  const producer = await transport.produce({
    kind: 'audio',
    rtpParameters: {
      codecs: [
        {
          mimeType: OPUS.mimeType,
          clockRate: OPUS.clockRate,
          channels: OPUS.channels,
          payloadType: PAYLOAD_TYPE,
        },
      ],
      encodings: [{ ssrc: SSRC }],
    },
  });
  let count = 0;

  return {
    socket,
    producer,
    speak() {
      const { localPort, localAddress } = transport.tuple;

      socket.send(rtpPacket(count), localPort, localAddress);
      count += 1;
    },
  };
}

async function listener(router, producer) {
  const socket = await udpSocket();
  const transport = await router.createPlainTransport({
    listenInfo: LISTEN_INFO,
    rtcpMux: true,
  });

  await transport.connect({ ip: LISTEN_INFO.ip, port: socket.address().port });
  await transport.consume({
    producerId: producer.id,
    rtpCapabilities: router.rtpCapabilities,
  });

  return { socket };
}

async function udpSocket() {
  const socket = dgram.createSocket('udp4');

  socket.bind(0, LISTEN_INFO.ip);
  await once(socket, 'listening');

  return socket;
}

function rtpPacket(count) {
  const header = Buffer.alloc(HEADER_BYTES);

  header[0] = 2 << 6; // Version 2, no padding, extension or CSRC.
  header[1] = PAYLOAD_TYPE;
  header.writeUInt16BE(count, 2);
  header.writeUInt32BE(count * PACKET_SAMPLES, 4);
  header.writeUInt32BE(SSRC, 8);

  return Buffer.concat([header, Buffer.from(`word ${count}`)]);
}

function payloadOf(packet) {
  const hasExtensions = (packet[0] & 0x10) !== 0;
  const extensionsBytes = hasExtensions
    ? 4 + 4 * packet.readUInt16BE(HEADER_BYTES + 2)
    : 0;

  return packet.subarray(HEADER_BYTES + extensionsBytes).toString();
}

/** RTCP comes by the same socket: its types are 192 to 223 in the second byte. */
function isSpeech(packet) {
  return packet[1] < 192 || packet[1] > 223;
}
