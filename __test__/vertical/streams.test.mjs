/** What is in a stream is the same on both sides of a pipe: layers, repairs, silence, header extensions. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  URI,
  dependencyDescriptor,
  nack,
  nacked,
  readPacket,
  vp9Layer,
} from './packets.mjs';
import { everywhere, fixtures, media, nextWhere } from './support.mjs';

const { audioParameters, simulcastParameters, svcParameters, videoParameters } =
  fixtures;

/** A key picture comes as often: who changes spatial layers waits for one. */
const PICTURES_PER_KEY = 8;

/** Temporal layers of subsequent pictures. */
const THREE_TEMPORAL = [0, 2, 1, 2];
const TWO_TEMPORAL = [0, 1];

/** A Consumer in the Producer's own process, and one in the other. */
async function nearAndFar({ router, one, other }, producer, options = {}) {
  const consume = (transport) =>
    transport.consume({
      producerId: producer.id,
      rtpCapabilities: router.rtpCapabilities,
      ...options,
    });

  return { near: await consume(one), far: await consume(other) };
}

/** What a Consumer receives from now on. */
function received(consumer) {
  const packets = [];

  consumer.on('rtp', (packet) =>
    packets.push(readPacket(packet, consumer.rtpParameters)),
  );

  return packets;
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

/** When a Consumer's layers are these. */
function reaches(consumer, spatialLayer, temporalLayer) {
  const is = (layers) =>
    layers?.spatialLayer === spatialLayer &&
    layers.temporalLayer === temporalLayer;

  return is(consumer.currentLayers)
    ? undefined
    : nextWhere(consumer, 'layerschange', is);
}

/** The layers that packets are of: the last two bytes of what is sent here. */
const layersOf = (packets) =>
  [
    ...new Set(packets.map(({ payload }) => payload.subarray(-2).join(':'))),
  ].sort();

/** What a Consumer has chosen, and that it gets nothing else. */
async function getsLayers(consumer, [spatialLayer, temporalLayer], expected) {
  await consumer.setPreferredLayers({ spatialLayer, temporalLayer });
  await reaches(consumer, spatialLayer, temporalLayer);

  const packets = received(consumer);

  while (layersOf(packets).length < expected.length || packets.length < 20) {
    await once(consumer, 'rtp');
  }

  assert.deepEqual(layersOf(packets), expected);
  consumer.removeAllListeners('rtp');
}

everywhere('VP9’s layers are chosen across a pipe', async (stage) => {
  const place = await stage.apart();
  const rtpParameters = svcParameters();
  const producer = await place.one.produce({ kind: 'video', rtpParameters });
  const [{ ssrc }] = rtpParameters.encodings;
  let sequenceNumber = 0;

  stage.repeats((picture) => {
    const temporal = THREE_TEMPORAL[picture % 4];
    const key = picture % PICTURES_PER_KEY === 0;

    for (const spatial of [0, 1, 2]) {
      producer.send(
        media.rtpPacket({
          payloadType: 120,
          ssrc,
          sequenceNumber: ++sequenceNumber,
          timestamp: picture * 900,
          marker: spatial === 2,
          payload: vp9Layer({ picture, spatial, temporal, key }),
        }),
      );
    }
  });

  for (const consumer of Object.values(await nearAndFar(place, producer))) {
    assert.equal(consumer.type, 'svc');
    assert.equal(
      consumer.rtpParameters.encodings[0].scalabilityMode,
      'L3T3_KEY',
    );

    // Between key pictures there is one spatial layer; key pictures are of the lowest temporal layer
    // and of all spatial ones below.
    await reaches(consumer, 2, 2);
    await getsLayers(consumer, [0, 0], ['0:0']);
    await getsLayers(consumer, [1, 1], ['0:0', '1:0', '1:1']);
    await getsLayers(consumer, [2, 2], ['0:0', '1:0', '2:0', '2:1', '2:2']);
  }
});

everywhere(
  'AV1’s layers are known by what its packets say of them',
  async (stage) => {
    const place = await stage.apart({
      mediaCodecs: [{ kind: 'video', mimeType: 'video/AV1', clockRate: 90000 }],
    });
    const producer = await place.one.produce({
      kind: 'video',
      rtpParameters: {
        mid: 'AV1',
        codecs: [
          {
            mimeType: 'video/AV1',
            payloadType: 45,
            clockRate: 90000,
            rtcpFeedback: [{ type: 'nack', parameter: 'pli' }],
          },
        ],
        headerExtensions: [{ uri: URI.dependencyDescriptor, id: 5 }],
        encodings: [{ ssrc: 4545, scalabilityMode: 'L2T2' }],
      },
    });
    let sequenceNumber = 0;
    let frame = 0;

    stage.repeats((picture) => {
      const temporal = TWO_TEMPORAL[picture % 2];

      for (const spatial of [0, 1]) {
        const key = spatial === 0 && picture % PICTURES_PER_KEY === 0;
        const data = dependencyDescriptor({
          frame: frame++,
          spatial,
          temporal,
          key,
        });

        producer.send(
          media.rtpPacket({
            payloadType: 45,
            ssrc: 4545,
            sequenceNumber: ++sequenceNumber,
            timestamp: picture * 900,
            marker: spatial === 1,
            extensions: [{ id: 5, data }],
            payload: Buffer.from([0, 0, spatial, temporal]),
          }),
        );
      }
    });

    for (const consumer of Object.values(await nearAndFar(place, producer))) {
      assert.equal(consumer.type, 'svc');
      await reaches(consumer, 1, 1);
      await getsLayers(consumer, [0, 0], ['0:0']);
      await getsLayers(consumer, [0, 1], ['0:0', '0:1']);
      await getsLayers(consumer, [1, 1], ['0:0', '0:1', '1:0', '1:1']);
    }
  },
);

everywhere('simulcast gives the layer that was chosen', async (stage) => {
  const place = await stage.apart();
  const rtpParameters = simulcastParameters();
  const producer = await place.one.produce({ kind: 'video', rtpParameters });

  stage.repeats((picture) =>
    rtpParameters.encodings.forEach(({ ssrc }, spatial) => {
      if (picture % PICTURES_PER_KEY === 0) {
        place.one.sendRtcp(media.senderReport({ ssrc, packets: picture }));
      }

      producer.send(
        media.rtpPacket({
          payloadType: 101,
          ssrc,
          sequenceNumber: picture,
          timestamp: picture * 900,
          marker: true,
          payload: Buffer.concat([
            media.vp8KeyFrame(),
            Buffer.from([spatial, 0]),
          ]),
        }),
      );
    }),
  );

  for (const consumer of Object.values(await nearAndFar(place, producer))) {
    const gets = (spatial) =>
      getsLayers(consumer, [spatial, 0], [`${spatial}:0`]);

    await reaches(consumer, 2, 0);
    await gets(0);
    await gets(1);
    await gets(2);
  }
});

/** Sends one picture after another and says of which packet a Consumer was the first to get. */
function videoSender(producer) {
  const { ssrc } = producer.rtpParameters.encodings[0];

  return (sequenceNumber, payload = `picture ${sequenceNumber}`) =>
    media.rtpPacket({
      payloadType: 101,
      ssrc,
      sequenceNumber,
      timestamp: sequenceNumber * 900,
      marker: true,
      payload: Buffer.concat([media.vp8KeyFrame(), Buffer.from(payload)]),
    });
}

everywhere('what a Consumer has lost is sent again', async (stage) => {
  const place = await stage.apart();
  const producer = await place.one.produce({
    kind: 'video',
    rtpParameters: videoParameters(),
  });
  const { near, far } = await nearAndFar(place, producer);
  const packet = videoSender(producer);

  for (const [consumer, transport, sequenceNumber] of [
    [near, place.one, 1],
    [far, place.other, 2],
  ]) {
    const [media, rtx] = consumer.rtpParameters.codecs;
    const [encoding] = consumer.rtpParameters.encodings;

    assert.equal(rtx.mimeType, 'video/rtx');
    assert.equal(rtx.parameters.apt, media.payloadType);

    const arrives = arrival(consumer, `picture ${sequenceNumber}`);

    producer.send(packet(sequenceNumber));

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
    const place = await stage.apart();
    const producer = await place.one.produce({
      kind: 'video',
      rtpParameters: videoParameters(),
    });
    const { near, far } = await nearAndFar(place, producer);
    const packet = videoSender(producer);
    const asked = nextWhere(place.one, 'rtcp', (rtcp) =>
      [...nacked(rtcp)].includes(3),
    );
    const both = (text) =>
      Promise.all([near, far].map((it) => arrival(it, text)));
    const begun = both('picture 2');

    producer.send(packet(1));
    producer.send(packet(2));
    await begun;

    // The third one is lost on its way to the Producer.
    const goesOn = both('picture 4');

    producer.send(packet(4));
    await Promise.all([asked, goesOn]);

    const repaired = both('picture 3');
    const lost = packet(3);
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
  const place = await stage.apart();
  // It says `usedtx`, and `dtx` of its encoding.
  const producer = await place.one.produce({
    kind: 'audio',
    rtpParameters: audioParameters(),
  });
  const { near, far } = await nearAndFar(place, producer);
  const deaf = await place.other.consume({
    producerId: producer.id,
    rtpCapabilities: place.router.rtpCapabilities,
    ignoreDtx: true,
  });
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
      media.rtpPacket({
        payloadType: 111,
        ssrc: 11111111,
        sequenceNumber: at + 1,
        timestamp,
        payload: Buffer.from(payload),
      }),
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

/** What is sent, by its name in URI: the same bytes arrive, unless the last sender writes its own. */
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
    const place = await stage.apart();
    const sent = Object.entries(SENT[kind]).map(([name, data], at) => ({
      name,
      uri: URI[name],
      id: at + 1,
      data,
    }));
    const producer = await place.one.produce({
      kind,
      rtpParameters: {
        ...rtpParameters,
        headerExtensions: sent.map(({ uri, id }) => ({ uri, id })),
      },
    });
    const { near, far } = await nearAndFar(place, producer, { mid: 'me' });
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

/** Whether a number of seconds, in 32 bits and 32 bits for the fraction, is next to nothing. */
function isSmall(offset) {
  return Math.abs(Number(offset.readBigInt64BE(0)) / 2 ** 32) < 0.1;
}
