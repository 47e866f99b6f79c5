/**
 * Test of streams between processes of a logical Worker (one Worker spread over several processes), here and
 * on a server: retransmissions, silence and header extensions must pass the pipe as within one process.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { URI, nack, nacked, readPacket, received } from './packets.mjs';
import {
  everywhere,
  fixtures,
  media,
  nearAndFar,
  nextWhere,
} from './support.mjs';

const { audioParameters, audioSource, videoParameters, videoSource } = fixtures;

/** A Producer in one process, a Consumer of it there, and one in the other process. */
async function bothSides(stage, source, options) {
  const place = await stage.apart();
  const producer = await place.one.produce(source);

  return {
    ...place,
    producer,
    ...(await nearAndFar(place, producer, options)),
  };
}

/** Waits for a packet with such a payload, or one that is as it should be. */
async function arrival(consumer, condition) {
  const is =
    typeof condition === 'function'
      ? condition
      : ({ payload }) => payload.includes(condition);

  for (;;) {
    const [bytes] = await once(consumer, 'rtp');
    const packet = readPacket(bytes, consumer.rtpParameters);

    if (is(packet)) return packet;
  }
}

/** A picture of that video, in one packet. */
function picture(sequenceNumber) {
  return media.rtpPacket({
    payloadType: 101,
    ssrc: videoParameters().encodings[0].ssrc,
    sequenceNumber,
    timestamp: sequenceNumber * 900,
    marker: true,
    payload: Buffer.concat([
      media.vp8KeyFrame(),
      Buffer.from(`picture ${sequenceNumber}`),
    ]),
  });
}

everywhere('what a Consumer has lost is sent again', async (stage) => {
  const it = await bothSides(stage, videoSource());

  for (const [consumer, transport, sequenceNumber] of [
    [it.near, it.one, 1],
    [it.far, it.other, 2],
  ]) {
    const [media, rtx] = consumer.rtpParameters.codecs;
    const [encoding] = consumer.rtpParameters.encodings;

    assert.equal(rtx.mimeType, 'video/rtx');
    assert.equal(rtx.parameters.apt, media.payloadType);

    const arrives = arrival(consumer, `picture ${sequenceNumber}`);

    it.producer.send(picture(sequenceNumber));

    const first = await arrives;
    const again = arrival(
      consumer,
      ({ payloadType }) => payloadType === rtx.payloadType,
    );

    assert.equal(first.ssrc, encoding.ssrc);
    transport.sendRtcp(
      nack({ mediaSsrc: encoding.ssrc, sequenceNumber: first.sequenceNumber }),
    );

    const { ssrc, payload } = await again;

    assert.equal(ssrc, encoding.rtx.ssrc);
    assert.equal(payload.readUInt16BE(0), first.sequenceNumber);
    assert.deepEqual(payload.subarray(2), first.payload);
  }
});

everywhere(
  'what a Producer repairs arrives in both processes',
  async (stage) => {
    const { one, producer, near, far } = await bothSides(stage, videoSource());
    const asked = nextWhere(one, 'rtcp', (rtcp) =>
      [...nacked(rtcp)].includes(3),
    );
    const both = (text) =>
      Promise.all([near, far].map((it) => arrival(it, text)));
    const begun = both('picture 2');

    producer.send(picture(1));
    producer.send(picture(2));
    await begun;

    // The third one is lost on its way to the Producer.
    const goesOn = both('picture 4');

    producer.send(picture(4));
    await Promise.all([asked, goesOn]);

    const repaired = both('picture 3');
    const lost = picture(3);
    const { rtx } = producer.rtpParameters.encodings[0];

    producer.send(
      Buffer.concat([
        media.rtpPacket({
          payloadType: 102,
          ssrc: rtx.ssrc,
          sequenceNumber: 1,
          timestamp: lost.readUInt32BE(4),
          marker: true,
          payload: lost.subarray(2, 4),
        }),
        lost.subarray(12),
      ]),
    );

    const packets = await repaired;

    assert.ok(packets.every(({ marker }) => marker));
  },
);

everywhere('silence passes as it is', async (stage) => {
  // It says `usedtx`, and `dtx` of its encoding.
  const { other, consume, producer, near, far } = await bothSides(
    stage,
    audioSource(),
  );
  const deaf = await consume(other, producer, { ignoreDtx: true });
  const all = [near, far, deaf];
  const heard = all.map(received);
  const last = all.map((consumer) => arrival(consumer, 'the end'));
  const SPEECH = '\x78speech';
  const END = '\x78the end';
  // Opus sends nothing but the table of contents then, and not often.
  const SILENCE = '\x78';
  const sent = [
    [960, SPEECH],
    [1920, SILENCE],
    [21_120, SILENCE],
    [40_320, SPEECH],
    [41_280, END],
  ];

  sent.forEach(([timestamp, payload], at) =>
    producer.send(
      media.audioPacket(at + 1, { timestamp, payload: Buffer.from(payload) }),
    ),
  );
  await Promise.all(last);

  for (const packets of heard.slice(0, 2)) {
    assert.deepEqual(
      packets.map(({ timestamp, payload }) => [
        timestamp - packets[0].timestamp,
        payload.toString(),
      ]),
      sent.map(([timestamp, payload]) => [timestamp - 960, payload]),
    );
  }

  assert.deepEqual(
    heard[2].map(({ payload }) => payload.toString()),
    [SPEECH, SPEECH, END],
  );

  for (const consumer of all) {
    assert.equal(consumer.rtpParameters.codecs[0].parameters.usedtx, 1);
    assert.deepEqual(consumer.score, {
      score: 10,
      producerScore: 10,
      producerScores: [10],
    });
  }
});

/** Header extensions by their URIs: the same bytes arrive, unless the last sender writes its own. */
const SENT = {
  audio: {
    audioLevel: [0x80 | 42],
    playoutDelay: [0x12, 0x34, 0x56],
    absCaptureTime: [1, 2, 3, 4, 5, 6, 7, 8],
  },
  video: {
    videoOrientation: [0b1011],
    timeOffset: [0, 1, 2],
    playoutDelay: [0x65, 0x43, 0x21],
    absCaptureTime: [8, 7, 6, 5, 4, 3, 2, 1],
    absSendTime: [1, 1, 1],
  },
};

for (const [kind, rtpParameters] of [
  ['audio', audioParameters()],
  ['video', videoParameters()],
]) {
  everywhere(`header extensions of ${kind} pass a pipe`, async (stage) => {
    const sent = Object.entries(SENT[kind]).map(([name, data], at) => ({
      name,
      uri: URI[name],
      id: at + 1,
      data,
    }));
    const headerExtensions = sent.map(({ uri, id }) => ({ uri, id }));
    const { producer, near, far } = await bothSides(
      stage,
      { kind, rtpParameters: { ...rtpParameters, headerExtensions } },
      { mid: 'me' },
    );
    const arrivals = [near, far].map((it) => arrival(it, 'the last'));

    assert.deepEqual(
      far.rtpParameters.headerExtensions,
      near.rtpParameters.headerExtensions,
    );
    producer.send(
      media.rtpPacket({
        payloadType: rtpParameters.codecs[0].payloadType,
        ssrc: rtpParameters.encodings[0].ssrc,
        sequenceNumber: 1,
        marker: true,
        extensions: sent,
        payload: Buffer.concat([media.vp8KeyFrame(), Buffer.from('the last')]),
      }),
    );

    for (const { extensions, payload, marker } of await Promise.all(arrivals)) {
      assert.equal(extensions[URI.mid].toString().replaceAll('\0', ''), 'me');
      assert.equal(marker, true);
      assert.ok(payload.includes('the last'));

      for (const { name, uri, data } of sent) {
        const value = [...(extensions[uri] ?? [])];

        // Each sender says when it sent, and by how much its clock differs from the capturer's.
        if (name === 'absSendTime') assert.equal(value.length, 3, name);
        else if (name === 'absCaptureTime') {
          assert.deepEqual(value.slice(0, 8), data, name);
          assert.ok(isSmall(Buffer.from(value.slice(8))), name);
        } else assert.deepEqual(value, data, name);
      }
    }
  });
}

/** True if a number of seconds, in 32 bits and 32 bits for the fraction, is next to nothing. */
function isSmall(offset) {
  return Math.abs(Number(offset.readBigInt64BE(0)) / 2 ** 32) < 0.1;
}
