'use strict';
/**
 * Scenario of the differential test about the exported ORTC functions: their results, their errors, and the
 * changes that they make to their arguments. `record.js` runs it on npm's mediasoup and on this package; a
 * difference between the two recordings fails the test.
 */
const {
  audioParameters,
  deviceCapabilities,
  h264Parameters,
  mediaCodecs,
  ridParameters,
  simulcastParameters,
  svcParameters,
  videoParameters,
} = require('../fixtures.js');

const SPATIAL_AUDIO = {
  kind: 'audio',
  mimeType: 'audio/multiopus',
  clockRate: 48000,
  channels: 6,
  parameters: {
    channel_mapping: '0,4,1,2,3,5',
    num_streams: 4,
    coupled_streams: 2,
  },
};

module.exports = async ({ mediasoup, step, cases }) => {
  const { ortc } = mediasoup;

  await validation(ortc, cases);
  await routerCapabilities(ortc, cases);
  await pipeline(ortc, step);
  await h264(ortc, step);
  await remoteCapabilities(ortc, step);
  await serialization(ortc, step);
};

/** Calls a function that works on its arguments, and gives the arguments, too. */
function withArguments(call, ...values) {
  const result = call(...values);

  return { result, arguments: values };
}

async function validation(ortc, cases) {
  const codec = {
    mimeType: 'audio/opus',
    payloadType: 111,
    clockRate: 48000,
  };
  const codecWith = (more) => ({ codecs: [{ ...codec, ...more }] });
  const extension = (more) => ({
    codecs: [],
    headerExtensions: [
      { kind: 'audio', uri: 'foo', preferredId: 1, id: 1, ...more },
    ],
  });
  const stream = (more) => ({ streamId: 1, ...more });
  const odd = {
    nothing: undefined,
    null: null,
    'a text': 'foo',
    'a number': 12,
    'an array': [],
    'an empty object': {},
    'no codecs': { codecs: [] },
    'codecs that are an object': { codecs: {} },
    'a codec that is null': { codecs: [null] },
    'a codec': { codecs: [codec] },
    'a codec in capitals': codecWith({ mimeType: 'AUDIO/Opus' }),
    'a codec of another kind': codecWith({ mimeType: 'text/foo' }),
    'a codec of video with channels': codecWith({
      mimeType: 'video/VP8',
      channels: 2,
    }),
    'channels of 0': codecWith({ channels: 0 }),
    'parameters with null': codecWith({ parameters: { a: null } }),
    'parameters with undefined': codecWith({ parameters: { a: undefined } }),
    'an apt that is a text': codecWith({ parameters: { apt: '100' } }),
    'feedback with an odd parameter': codecWith({
      rtcpFeedback: [{ type: 'nack', parameter: 1 }],
    }),
    'a payload type in capabilities': codecWith({
      preferredPayloadType: 'foo',
    }),
    'a header extension': extension(),
    'a header extension that is null': { codecs: [], headerExtensions: [null] },
    'an empty kind': extension({ kind: '' }),
    'odd encryption': extension({ preferredEncrypt: 'yes', encrypt: 'yes' }),
    'odd encodings': { codecs: [], encodings: [{ dtx: 1, maxBitrate: 'a' }] },
    'an encoding that is null': { codecs: [], encodings: [null] },
    'odd rtcp': { codecs: [], rtcp: { reducedSize: 'no', cname: '' } },
    'a stream': stream(),
    'a stream with a limit': stream({ maxRetransmits: 3 }),
    'a stream, ordered': stream({ ordered: true }),
    'a stream, ordered with a limit': stream({
      ordered: true,
      maxPacketLifeTime: 3,
    }),
    'a stream with both limits': stream({
      maxRetransmits: 3,
      maxPacketLifeTime: 3,
    }),
  };

  for (const name of [
    'validateAndNormalizeRtpCapabilities',
    'validateAndNormalizeRtpParameters',
    'validateAndNormalizeSctpStreamParameters',
  ]) {
    // Each function gets its own copy, since it changes what it gets.
    await cases(name, odd, (value) =>
      withArguments(ortc[name], structuredClone(value)),
    );
  }
}

async function routerCapabilities(ortc, cases) {
  await cases(
    'generateRouterRtpCapabilities',
    {
      nothing: undefined,
      none: [],
      'some codecs': mediaCodecs(),
      'spatial audio': [SPATIAL_AUDIO],
      'spatial audio with other parameters': [
        { ...SPATIAL_AUDIO, parameters: { num_streams: 1 } },
      ],
      'spatial audio without parameters': [
        { ...SPATIAL_AUDIO, parameters: undefined },
      ],
      'payload types of one’s own': [
        { ...mediaCodecs()[0], preferredPayloadType: 123 },
        { ...mediaCodecs()[1], preferredPayloadType: 125 },
      ],
      'a static payload type': [
        { kind: 'audio', mimeType: 'audio/PCMU', clockRate: 8000 },
        { kind: 'audio', mimeType: 'audio/pcma', clockRate: 8000 },
      ],
      'the same codec twice': [mediaCodecs()[1], mediaCodecs()[1]],
      'all payload types': Array(32).fill(mediaCodecs()[0]),
      'more than all payload types': Array(33).fill(mediaCodecs()[0]),
      AV1: [{ kind: 'video', mimeType: 'video/AV1', clockRate: 90000 }],
      'H264 of all kinds': ['42e01f', '4d001f', '64001f', 'zzz'].map(
        (profile) => ({
          kind: 'video',
          mimeType: 'video/H264',
          clockRate: 90000,
          parameters: { 'profile-level-id': profile },
        }),
      ),
      'an object': {},
      null: null,
    },
    (codecs) => withArguments(ortc.generateRouterRtpCapabilities, codecs),
  );
}

async function pipeline(ortc, step) {
  const capabilities = ortc.generateRouterRtpCapabilities(mediaCodecs());
  const kinds = {
    audio: audioParameters(),
    video: videoParameters(),
    simulcast: simulcastParameters(),
    rids: ridParameters(),
    svc: svcParameters(),
    h264: h264Parameters(),
  };

  for (const [name, parameters] of Object.entries(kinds)) {
    const kind = name === 'audio' ? 'audio' : 'video';

    ortc.validateAndNormalizeRtpParameters(parameters);

    const { result: mapping } = await step(`mapping of ${name}`, () =>
      withArguments(
        ortc.getProducerRtpParametersMapping,
        parameters,
        capabilities,
      ),
    );
    const { result: consumable } = await step(`consumable of ${name}`, () =>
      withArguments(
        ortc.getConsumableRtpParameters,
        kind,
        parameters,
        capabilities,
        mapping,
      ),
    );

    for (const [device, remoteRtpCapabilities] of Object.entries({
      'of a device': deviceCapabilities(),
      'of the Router': capabilities,
      'without codecs': { codecs: [], headerExtensions: [] },
    })) {
      ortc.validateAndNormalizeRtpCapabilities(remoteRtpCapabilities);
      await step(`canConsume ${name} with those ${device}`, () =>
        withArguments(ortc.canConsume, consumable, remoteRtpCapabilities),
      );

      for (const [pipe, enableRtx] of [
        [false, false],
        [false, true],
        [true, false],
        [true, true],
      ]) {
        await step(
          `consumer of ${name} with those ${device}, pipe ${pipe}, enableRtx ${enableRtx}`,
          () =>
            withArguments(ortc.getConsumerRtpParameters, {
              consumableRtpParameters: consumable,
              remoteRtpCapabilities,
              pipe,
              enableRtx,
            }),
        );
      }
    }

    for (const enableRtx of [false, true, undefined]) {
      await step(`pipe consumer of ${name}, enableRtx ${enableRtx}`, () =>
        withArguments(ortc.getPipeConsumerRtpParameters, {
          consumableRtpParameters: consumable,
          enableRtx,
        }),
      );
    }
  }
}

async function h264(ortc, step) {
  for (const offered of [
    '42e01f',
    '42e02a',
    '42001f',
    '4d0032',
    '64001f',
    'x',
  ]) {
    for (const mode of [0, 1, undefined]) {
      const capabilities = ortc.generateRouterRtpCapabilities([
        {
          kind: 'video',
          mimeType: 'video/H264',
          clockRate: 90000,
          parameters: {
            'packetization-mode': 1,
            'profile-level-id': '42e01f',
            'level-asymmetry-allowed': 1,
          },
        },
      ]);
      const parameters = h264Parameters();

      parameters.codecs[0].parameters = {
        'packetization-mode': mode,
        'profile-level-id': offered,
        'level-asymmetry-allowed': 1,
      };
      ortc.validateAndNormalizeRtpParameters(parameters);
      await step(`H264 ${offered}, packetization-mode ${mode}`, () =>
        withArguments(
          ortc.getProducerRtpParametersMapping,
          parameters,
          capabilities,
        ),
      );
    }
  }
}

async function remoteCapabilities(ortc, step) {
  const capabilities = ortc.generateRouterRtpCapabilities(mediaCodecs());
  const parameters = simulcastParameters();

  ortc.validateAndNormalizeRtpParameters(parameters);

  const consumable = ortc.getConsumableRtpParameters(
    'video',
    parameters,
    capabilities,
    ortc.getProducerRtpParametersMapping(parameters, capabilities),
  );
  const transportWide =
    'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01';
  const absSendTime =
    'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time';

  for (const uris of [
    [],
    [transportWide],
    [absSendTime],
    [transportWide, absSendTime],
  ]) {
    const remoteRtpCapabilities = {
      ...capabilities,
      headerExtensions: capabilities.headerExtensions.filter(({ uri }) =>
        uris.includes(uri),
      ),
    };

    await step(`consumer with ${uris.length} kinds of feedback`, () =>
      ortc.getConsumerRtpParameters({
        consumableRtpParameters: consumable,
        remoteRtpCapabilities,
        pipe: false,
        enableRtx: true,
      }),
    );
  }

  for (const [name, options] of Object.entries({
    nothing: undefined,
    'an empty object': {},
    'no capabilities': { consumableRtpParameters: consumable },
    'no parameters': { remoteRtpCapabilities: capabilities },
  })) {
    await step(`getConsumerRtpParameters: ${name}`, () =>
      ortc.getConsumerRtpParameters(options),
    );
    await step(`getPipeConsumerRtpParameters: ${name}`, () =>
      ortc.getPipeConsumerRtpParameters(options),
    );
  }
  await step('getConsumableRtpParameters without a mapping', () =>
    ortc.getConsumableRtpParameters('video', parameters, capabilities),
  );
  await step('getProducerRtpParametersMapping without capabilities', () =>
    ortc.getProducerRtpParametersMapping(parameters),
  );
}

/** serializeRtpMapping() writes into the FlatBuffers builder that it is given. */
async function serialization(ortc, step) {
  const { Builder } = require('flatbuffers');

  await step('serializeRtpMapping()', () => {
    const builder = new Builder(1024);
    const offset = ortc.serializeRtpMapping(builder, {
      codecs: [{ payloadType: 111, mappedPayloadType: 100 }],
      encodings: [
        { ssrc: 1111, rid: undefined, mappedSsrc: 2222 },
        { ssrc: undefined, rid: 'hi', mappedSsrc: 3333 },
      ],
    });

    builder.finish(offset);

    return Buffer.from(builder.asUint8Array());
  });
}
