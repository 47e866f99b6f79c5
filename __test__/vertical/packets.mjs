/**
 * RTP packets with layers, header extensions and NACKs, built and read as bytes, for the tests of media
 * between processes of a logical Worker.
 */

export const URI = {
  mid: 'urn:ietf:params:rtp-hdrext:sdes:mid',
  absSendTime: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  audioLevel: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  dependencyDescriptor:
    'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension',
  videoOrientation: 'urn:3gpp:video-orientation',
  timeOffset: 'urn:ietf:params:rtp-hdrext:toffset',
  absCaptureTime:
    'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time',
  playoutDelay: 'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
};

const ONE_BYTE_PROFILE = 0xbede;

/**
 * Reads an RTP packet. Its extensions are keyed by their URIs, as the RTP parameters map them.
 *
 * @returns {{ payloadType: number, ssrc: number, sequenceNumber: number, timestamp: number,
 *   marker: boolean, extensions: Record<string, Buffer>, payload: Buffer }}
 */
export function readPacket(packet, { headerExtensions }) {
  const csrcs = packet[0] & 0x0f;
  let offset = 12 + 4 * csrcs;
  const extensions = {};

  if (packet[0] & 0x10) {
    const profile = packet.readUInt16BE(offset);
    const end = offset + 4 + 4 * packet.readUInt16BE(offset + 2);

    for (const [id, data] of elements(
      packet.subarray(offset + 4, end),
      profile === ONE_BYTE_PROFILE,
    )) {
      const known = headerExtensions.find((extension) => extension.id === id);

      if (known) extensions[known.uri] = data;
    }

    offset = end;
  }

  return {
    payloadType: packet[1] & 0x7f,
    marker: packet[1] > 0x7f,
    sequenceNumber: packet.readUInt16BE(2),
    timestamp: packet.readUInt32BE(4),
    ssrc: packet.readUInt32BE(8),
    extensions,
    payload: packet.subarray(offset),
  };
}

/** Packets that a Consumer receives from now on. */
export function received(consumer) {
  const packets = [];

  consumer.on('rtp', (packet) =>
    packets.push(readPacket(packet, consumer.rtpParameters)),
  );

  return packets;
}

/** Ids and values of RFC 8285's elements, without padding. */
function* elements(block, oneByte) {
  for (let at = 0; at < block.length;) {
    if (block[at] === 0) {
      at++;
      continue;
    }

    const id = oneByte ? block[at] >> 4 : block[at];
    const length = oneByte ? (block[at] & 0x0f) + 1 : block[at + 1];

    at += oneByte ? 1 : 2;
    yield [id, block.subarray(at, at + length)];
    at += length;
  }
}

/**
 * One layer of a picture of VP9, as RFC 9628 describes it, in one packet: inter-layer prediction in
 * key pictures alone.
 */
export function vp9Layer({ picture, spatial, temporal, key }) {
  const predicted = key ? 0 : 0x40;
  const wholeFrame = 0x08 | 0x04;
  const switchingUp = 0x10;
  const dependent = key && spatial > 0 ? 1 : 0;

  return Buffer.from([
    0x80 | predicted | 0x20 | wholeFrame,
    0x80 | (picture >> 8),
    picture & 0xff,
    (temporal << 5) | switchingUp | (spatial << 1) | dependent,
    picture & 0xff,
    // Which layer it is, for those who receive it.
    spatial,
    temporal,
  ]);
}

/**
 * AV1's dependency descriptor of a frame of two spatial and two temporal layers, with the structure
 * of all its frames where it is a key frame.
 */
export function dependencyDescriptor({ frame, spatial, temporal, key }) {
  const template = 2 * spatial + temporal;
  const bits = [
    [1, 1],
    [1, 1],
    [6, template],
    [16, frame & 0xffff],
  ];

  if (key) {
    bits.push(
      // A structure follows, and nothing else.
      [5, 0b10000],
      // The first template's number, the decode targets without one.
      [6, 0],
      [5, 3],
      // From one template to the next: a temporal layer up, a spatial one, a temporal one, the end.
      ...[1, 2, 1, 3].map((next) => [2, next]),
      // Each template is required for each decode target.
      ...Array.from({ length: 16 }, () => [2, 3]),
      // No frame differences, no chains, no resolutions.
      [4, 0],
      [2, 0],
      [1, 0],
    );
  }

  return toBytes(bits);
}

/** Numbers of so many bits each, the last byte filled up with zeros. */
function toBytes(numbers) {
  const text = numbers
    .map(([length, number]) => number.toString(2).padStart(length, '0'))
    .join('');

  return (text.match(/.{1,8}/g) ?? []).map((byte) =>
    Number.parseInt(byte.padEnd(8, '0'), 2),
  );
}

/** RFC 4585's generic NACK for one packet. */
export function nack({ mediaSsrc, sequenceNumber }) {
  const packet = Buffer.alloc(16);

  packet[0] = 0x81;
  packet[1] = 205;
  packet.writeUInt16BE(3, 2);
  packet.writeUInt32BE(1, 4);
  packet.writeUInt32BE(mediaSsrc, 8);
  packet.writeUInt16BE(sequenceNumber, 12);

  return packet;
}

/** The sequence numbers that a compound RTCP packet asks for again. */
export function* nacked(compound) {
  for (let at = 0; at < compound.length;) {
    const end = at + 4 + 4 * compound.readUInt16BE(at + 2);

    if (compound[at + 1] === 205 && (compound[at] & 0x1f) === 1) {
      for (let item = at + 12; item < end; item += 4) {
        const first = compound.readUInt16BE(item);
        const mask = compound.readUInt16BE(item + 2);

        yield first;

        for (let bit = 0; bit < 16; bit++) {
          if (mask & (1 << bit)) yield (first + bit + 1) & 0xffff;
        }
      }
    }

    at = end;
  }
}
