/** RTP and RTCP packets, as small as a worker takes them. */

/**
 * @param {object} options
 * @param {Record<number, Buffer>} [options.extensions] - One-byte header extensions by id.
 */
export function rtpPacket({
  payloadType,
  sequence,
  timestamp,
  ssrc,
  marker = false,
  extensions = {},
  payload,
}) {
  const header = Buffer.alloc(12);
  const elements = Buffer.concat(
    Object.entries(extensions).map(([id, data]) =>
      Buffer.concat([Buffer.from([(id << 4) | (data.length - 1)]), data]),
    ),
  );
  const words = Math.ceil(elements.length / 4);
  const extension = Buffer.alloc(words ? 4 + 4 * words : 0);
  if (words) {
    extension.writeUInt16BE(0xbede, 0);
    extension.writeUInt16BE(words, 2);
    elements.copy(extension, 4);
  }
  header[0] = 0x80 | (words ? 0x10 : 0);
  header[1] = (marker ? 0x80 : 0) | payloadType;
  header.writeUInt16BE(sequence & 0xffff, 2);
  header.writeUInt32BE(timestamp >>> 0, 4);
  header.writeUInt32BE(ssrc, 8);
  return Buffer.concat([header, extension, payload]);
}

/** A VP8 frame of one packet: picture id, temporal layer 0, and whether it is a key frame. */
export function vp8Payload(pictureId, keyFrame) {
  return Buffer.from([
    0x90,
    0xe0,
    0x80 | (pictureId >> 8),
    pictureId & 0xff,
    pictureId & 0xff,
    0x00,
    keyFrame ? 0x00 : 0x01,
    0,
    0,
    0x9d,
    0x01,
    0x2a,
    0x40,
    0x01,
    0xf0,
    0x00,
  ]);
}

/** @param {number} type @param {number} count @param {...number} words */
function rtcp(type, count, ...words) {
  const packet = Buffer.alloc(4 + 4 * words.length);
  packet[0] = 0x80 | count;
  packet[1] = type;
  packet.writeUInt16BE(words.length, 2);
  words.forEach((word, index) =>
    packet.writeUInt32BE(word >>> 0, 4 + 4 * index),
  );
  return packet;
}

export const senderReport = (ssrc, timestamp, packets) =>
  rtcp(200, 0, ssrc, 0xe0000001, 0x80000000, timestamp, packets, packets * 100);

export const receiverReport = (ssrc) =>
  rtcp(201, 1, 1, ssrc, 0x10000002, 200, 7, 0, 0);

export const nack = (ssrc, sequence) =>
  rtcp(205, 1, 1, ssrc, (sequence << 16) | 1);

export const pli = (ssrc) => rtcp(206, 1, 1, ssrc);

export const fir = (ssrc) => rtcp(206, 4, 1, 0, ssrc, 1 << 24);
