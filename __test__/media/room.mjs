/**
 * A producer and its consumers on PlainTransports, whose packets are compared byte for byte.
 *
 * The tests of batches send bursts through it; it returns, per consumer, the payloads that arrived, in order.
 */
import { createHash } from 'node:crypto';
import dgram from 'node:dgram';
import { once } from 'node:events';

const HEADER_BYTES = 12;
const PAYLOAD_TYPE = 111;
const SSRC = 1234;

const opus = { mimeType: 'audio/opus', clockRate: 48000, channels: 2 };

export class Room {
  #producing;
  #router;
  #producer;
  #sender = dgram.createSocket('udp4');
  #sequence = 0;

  /** Payloads that were sent: length and hash. */
  sent = [];

  static async open(worker, { listenIp = '127.0.0.1' } = {}) {
    const room = new Room();

    room.listenIp = listenIp;
    room.#router = await worker.createRouter({
      mediaCodecs: [{ kind: 'audio', ...opus }],
    });
    room.#producing = await room.#createTransport('127.0.0.1', {
      comedia: true,
    });
    room.#producer = await room.#producing.produce({
      kind: 'audio',
      rtpParameters: {
        codecs: [{ ...opus, payloadType: PAYLOAD_TYPE }],
        encodings: [{ ssrc: SSRC }],
      },
    });

    return room;
  }

  /** Adds consumers to a transport that sends to an address. */
  async consume(ip, port, count = 1) {
    const transport = await this.#createTransport(this.listenIp);

    await transport.connect({ ip, port });

    for (let number = 0; number < count; ++number) {
      await transport.consume({
        producerId: this.#producer.id,
        rtpCapabilities: this.#router.rtpCapabilities,
      });
    }

    return transport;
  }

  /** Sends packets of these sizes at once. */
  burst(payloads) {
    for (const payload of payloads) {
      const packet = Buffer.alloc(HEADER_BYTES + payload.length);

      packet[0] = 0x80;
      packet[1] = PAYLOAD_TYPE;
      packet.writeUInt16BE(this.#sequence++ % 65_536, 2);
      packet.writeUInt32BE(this.#sequence * 960, 4);
      packet.writeUInt32BE(SSRC, 8);
      payload.copy(packet, HEADER_BYTES);
      this.sent.push(digest(payload));
      this.#sender.send(packet, this.#producing.tuple.localPort, '127.0.0.1');
    }
  }

  close() {
    this.#sender.close();
    this.#router.close();
  }

  #createTransport(ip, options) {
    return this.#router.createPlainTransport({
      listenInfo: { protocol: 'udp', ip },
      rtcpMux: true,
      ...options,
    });
  }
}

/** Payloads per SSRC that a socket receives, as length and hash. */
export class Receiver {
  #socket = dgram.createSocket({ type: 'udp4', recvBufferSize: 4 << 20 });

  /** @type {Map<number, string[]>} */
  streams = new Map();

  static async open() {
    const receiver = new Receiver();

    receiver.#socket.on('message', (packet) => receiver.take(packet));
    receiver.#socket.bind(0, '127.0.0.1');
    await once(receiver.#socket, 'listening');

    return receiver;
  }

  get port() {
    return this.#socket.address().port;
  }

  /** Files an RTP packet; RTCP is left out. */
  take(packet) {
    if (packet[1] >= 192 && packet[1] <= 223) {
      return;
    }

    const ssrc = packet.readUInt32BE(8);
    const payloads = this.streams.get(ssrc) ?? [];

    payloads.push(digest(payloadOf(packet)));
    this.streams.set(ssrc, payloads);
  }

  /** Packets of the stream that has fewest. */
  get least() {
    return Math.min(...[...this.streams.values()].map(({ length }) => length));
  }

  close() {
    this.#socket.close();
  }
}

/** Behind the header extensions, which the worker adds. */
function payloadOf(packet) {
  const hasExtension = (packet[0] & 0x10) !== 0;
  const words = hasExtension ? packet.readUInt16BE(HEADER_BYTES + 2) + 1 : 0;

  return packet.subarray(HEADER_BYTES + 4 * words);
}

function digest(payload) {
  const hash = createHash('sha256').update(payload).digest('hex');

  return `${payload.length} ${hash.slice(0, 16)}`;
}
