/** Peer that sends audio, and video in three layers, to PlainTransports and receives from them. */
import * as dgram from 'node:dgram';
import { once } from 'node:events';
import { rtpPacket, senderReport, vp8Payload } from './rtp.mjs';

export const IP = '127.0.0.1';

export const audioParameters = {
  mid: 'AUDIO',
  codecs: [
    {
      mimeType: 'audio/opus',
      payloadType: 111,
      clockRate: 48000,
      channels: 2,
      parameters: { useinbandfec: 1, usedtx: 1, foo: 222.222, bar: '333' },
      rtcpFeedback: [{ type: 'transport-cc' }, { type: 'foo', parameter: '' }],
    },
  ],
  headerExtensions: [
    { uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 1 },
    { uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level', id: 10 },
  ],
  encodings: [{ ssrc: 11111111, dtx: true, maxBitrate: 100000 }],
  rtcp: { cname: 'FOOBAR' },
  msid: 'stream track',
};

const SSRCS = [22222222, 22222223, 22222224];

export const videoParameters = {
  mid: 'VIDEO',
  codecs: [
    {
      mimeType: 'video/VP8',
      payloadType: 96,
      clockRate: 90000,
      parameters: { 'x-google-start-bitrate': 1000 },
      rtcpFeedback: [
        { type: 'nack' },
        { type: 'nack', parameter: 'pli' },
        { type: 'ccm', parameter: 'fir' },
        { type: 'goog-remb' },
      ],
    },
    {
      mimeType: 'video/rtx',
      payloadType: 97,
      clockRate: 90000,
      parameters: { apt: 96 },
    },
  ],
  headerExtensions: [
    { uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 1 },
    { uri: 'urn:3gpp:video-orientation', id: 13 },
  ],
  encodings: SSRCS.map((ssrc, index) => ({
    ssrc,
    rtx: { ssrc: ssrc + 100 },
    scalabilityMode: 'L1T3',
    maxBitrate: 100000 * (index + 1),
  })),
  rtcp: { cname: 'FOOBAR' },
};

/** A peer of PlainTransports: sends until what it sends has caused what is waited for. */
export class Peer {
  #socket = dgram.createSocket('udp4');
  #timer;

  async connect(transport) {
    this.#socket.bind(0, IP);
    await once(this.#socket, 'listening');
    this.transport = transport;
  }

  get port() {
    return this.#socket.address().port;
  }

  send(...packets) {
    for (const packet of packets) {
      this.#socket.send(packet, this.transport.tuple.localPort, IP);
    }
  }

  /** @param {(tick: number) => void} talk - Called every 20 ms. */
  talk(talk) {
    let tick = 0;
    this.#timer = setInterval(() => talk(tick++), 20);
  }

  /** The packets that arrive. */
  receive(onPacket) {
    this.#socket.on('message', onPacket);
  }

  close() {
    clearInterval(this.#timer);
    this.#socket.close();
  }
}

/** As RFC 5761 tells them apart. */
export const isRtcp = (packet) => packet[1] >= 192 && packet[1] <= 223;

export function sendAudio(peer, tick) {
  // A packet is left out now and then, so that something is lost.
  if (tick % 10 === 9) {
    return;
  }
  peer.send(
    rtpPacket({
      payloadType: 111,
      sequence: tick,
      timestamp: tick * 960,
      ssrc: 11111111,
      extensions: { 1: Buffer.from('AUDIO'), 10: Buffer.from([30]) },
      payload: Buffer.alloc(60, 1),
    }),
  );
  if (tick % 5 === 0) {
    peer.send(senderReport(11111111, tick * 960, tick));
  }
}

export function sendVideo(peer, tick, orientation) {
  SSRCS.forEach((ssrc, layer) => {
    if (layer === 1 && tick % 10 === 5) {
      return;
    }
    peer.send(
      rtpPacket({
        payloadType: 96,
        sequence: tick,
        timestamp: tick * 1800,
        ssrc,
        marker: true,
        extensions: {
          1: Buffer.from('VIDEO'),
          13: Buffer.from([orientation]),
        },
        payload: Buffer.concat([
          vp8Payload(tick, tick % 10 === 0),
          Buffer.alloc(200 * (layer + 1)),
        ]),
      }),
    );
    if (tick % 5 === 0) {
      peer.send(senderReport(ssrc, tick * 1800, tick));
    }
  });
}
