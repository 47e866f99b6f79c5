/**
 * Test of the layers of VP9, AV1 and simulcast where Producer and Consumer are in different processes of one
 * logical Worker (spread over several processes): a Consumer must get the layers that it prefers through the
 * pipe between the processes.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { URI, dependencyDescriptor, received, vp9Layer } from './packets.mjs';
import {
  everywhere,
  fixtures,
  media,
  nearAndFar,
  nextWhere,
} from './support.mjs';

const { simulcastParameters, svcParameters } = fixtures;

/** A key picture comes as often: who changes spatial layers waits for one. */
const PICTURES_PER_KEY = 8;

/** Temporal layers of subsequent pictures. */
const THREE_TEMPORAL = [0, 2, 1, 2];
const TWO_TEMPORAL = [0, 1];

/** Resolves when a Consumer's layers are these. */
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

/** Checks that a Consumer gets the chosen layers and no others. */
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

    assert.equal(consumer.type, 'simulcast');
    await reaches(consumer, 2, 0);
    await gets(0);
    await gets(1);
    await gets(2);
    await consumer.setPreferredLayers({ spatialLayer: 0 });
    await reaches(consumer, 0, 0);
    await consumer.setPreferredLayers({ spatialLayer: 2 });
    await reaches(consumer, 2, 0);

    const none = nextWhere(consumer, 'layerschange', (layers) => !layers);

    await consumer.pause();
    await none;
  }
});
