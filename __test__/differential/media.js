'use strict';
/**
 * RTP and RTCP packets as bytes, and UDP sockets to send them from, for tests whose media really flows:
 * scenarios of the differential test and tests of vertical scaling.
 */
const dgram = require('node:dgram');
const { once } = require('node:events');

const RTP_VERSION = 0x80;
const RTP_EXTENSION_FLAG = 0x10;
const ONE_BYTE_EXTENSION_PROFILE = 0xbede;

/** Length in 32-bit words, minus one, of a sender report without report blocks. */
const SENDER_REPORT_LENGTH = 6;
const SENDER_REPORT = 200;
const PAYLOAD_FEEDBACK = 206;
const PLI_FORMAT = 1;

/**
 * @param {object} options
 * @param {number} options.payloadType
 * @param {number} options.ssrc
 * @param {number} options.sequenceNumber
 * @param {number} [options.timestamp]
 * @param {boolean} [options.marker]
 * @param {Array<{ id: number, data: number[] }>} [options.extensions] - One-byte header extensions.
 * @param {Buffer} [options.payload]
 * @returns {Buffer}
 */
function rtpPacket({
  payloadType,
  ssrc,
  sequenceNumber,
  timestamp = sequenceNumber * 960,
  marker = false,
  extensions = [],
  payload = Buffer.from('some payload'),
}) {
  const header = Buffer.alloc(12);

  header[0] = RTP_VERSION | (extensions.length > 0 ? RTP_EXTENSION_FLAG : 0);
  header[1] = payloadType | (marker ? 0x80 : 0);
  header.writeUInt16BE(sequenceNumber & 0xffff, 2);
  header.writeUInt32BE(timestamp >>> 0, 4);
  header.writeUInt32BE(ssrc, 8);

  return Buffer.concat([header, extensionBlock(extensions), payload]);
}

/** A packet of the Producer of `audioParameters()`. */
const audioPacket = (sequenceNumber, more) =>
  rtpPacket({ payloadType: 111, ssrc: 11111111, sequenceNumber, ...more });

function extensionBlock(extensions) {
  if (extensions.length === 0) {
    return Buffer.alloc(0);
  }

  const elements = Buffer.concat(
    extensions.map(({ id, data }) =>
      Buffer.from([(id << 4) | (data.length - 1), ...data]),
    ),
  );
  const words = Math.ceil(elements.length / 4);
  const block = Buffer.alloc(4 + words * 4);

  block.writeUInt16BE(ONE_BYTE_EXTENSION_PROFILE, 0);
  block.writeUInt16BE(words, 2);
  elements.copy(block, 4);

  return block;
}

/** The audio level extension of RFC 6464: `level` is in -dBov, so 0 is loud and 127 is silent. */
function audioLevelExtension(id, level) {
  return { id, data: [0x80 | level] };
}

/** A payload of VP8 that starts a key frame (RFC 7741: descriptor, then the frame's tag). */
function vp8KeyFrame() {
  return Buffer.from('10000000009d012a8002e001', 'hex');
}

/** @returns {Buffer} */
function senderReport({ ssrc, packets = 1, bytes = 12 }) {
  const report = Buffer.alloc(28);

  report[0] = RTP_VERSION;
  report[1] = SENDER_REPORT;
  report.writeUInt16BE(SENDER_REPORT_LENGTH, 2);
  report.writeUInt32BE(ssrc, 4);
  report.writeUInt32BE(0xe0000000, 8);
  report.writeUInt32BE(0x80000000, 12);
  report.writeUInt32BE(96000, 16);
  report.writeUInt32BE(packets, 20);
  report.writeUInt32BE(bytes, 24);

  return report;
}

/** A picture loss indication: what a receiver sends to ask for a key frame. */
function pictureLossIndication({ senderSsrc = 1, mediaSsrc }) {
  const packet = Buffer.alloc(12);

  packet[0] = RTP_VERSION | PLI_FORMAT;
  packet[1] = PAYLOAD_FEEDBACK;
  packet.writeUInt16BE(2, 2);
  packet.writeUInt32BE(senderSsrc, 4);
  packet.writeUInt32BE(mediaSsrc, 8);

  return packet;
}

/** A UDP socket on 127.0.0.1 that remembers what it has received. */
class UdpPeer {
  #socket = dgram.createSocket('udp4');
  received = [];

  static async open(port = 0) {
    const peer = new UdpPeer();

    peer.#socket.on('message', (message) => peer.received.push(message));
    peer.#socket.bind(port, '127.0.0.1');
    await once(peer.#socket, 'listening');

    return peer;
  }

  get port() {
    return this.#socket.address().port;
  }

  send(packet, port) {
    this.#socket.send(packet, port, '127.0.0.1');
  }

  async next() {
    await once(this.#socket, 'message');
  }

  close() {
    this.#socket.close();
  }
}

module.exports = {
  UdpPeer,
  audioLevelExtension,
  audioPacket,
  pictureLossIndication,
  rtpPacket,
  senderReport,
  vp8KeyFrame,
};
