'use strict';
/**
 * Scenario of the differential test about `transport.produce()` with valid and invalid parameters, and the
 * Producers that it creates. `record.js` runs it on npm's mediasoup and on this package; a difference between
 * the two recordings fails the test.
 */
const { stateOf } = require('../api.js');
const {
  MID,
  VIDEO_ORIENTATION,
  audioParameters,
  audioSource,
  h264Parameters,
  ridParameters,
  simulcastParameters,
  svcParameters,
  videoParameters,
  videoSource,
} = require('../fixtures.js');
const { startRouter, webRtcTransport } = require('../scene.js');

module.exports = async ({ mediasoup, step, cases }) => {
  const { router } = await startRouter(mediasoup);
  const create = () => webRtcTransport(router);

  await goodParameters({ create, step });
  await badParameters({ create, cases });
};

async function goodParameters({ create, step }) {
  const good = {
    audio: audioSource(),
    video: videoSource(),
    simulcast: videoSource(simulcastParameters()),
    rids: videoSource(ridParameters()),
    svc: videoSource(svcParameters()),
    h264: videoSource(h264Parameters()),
    'all options': {
      id: 'my-own-id',
      kind: 'video',
      rtpParameters: { ...videoParameters(), msid: 'stream track' },
      paused: true,
      keyFrameRequestDelay: 5000,
      enableMediasoupPacketIdHeaderExtension: true,
      appData: { foo: 'bar' },
    },
    'no encodings': {
      kind: 'audio',
      rtpParameters: { ...audioParameters(), encodings: [] },
    },
    'encodings missing': {
      kind: 'audio',
      rtpParameters: { ...audioParameters(), encodings: undefined },
    },
    'no rtcp': {
      kind: 'audio',
      rtpParameters: { ...audioParameters(), rtcp: undefined },
    },
  };

  for (const [name, options] of Object.entries(good)) {
    const transport = await create();
    const producer = await step(`produce: ${name}`, () =>
      transport.produce(options),
    );

    await step(`produce: ${name}: what it is like`, () => stateOf(producer));
    await step(`produce: ${name}: dump()`, () => producer.dump());
    await step(`produce: ${name}: getStats()`, () => producer.getStats());
    await step(`produce: ${name}: dump() of the transport`, () =>
      transport.dump(),
    );
  }
}

/**
 * A maxBitrate that is a text isn't among these: with npm's module it leaves the Worker's FlatBuffers
 * builder unfinished, and every further request of that Worker fails, close() included.
 */
async function badParameters({ create, cases }) {
  const audio = audioParameters();
  const video = videoParameters();
  const audioWith = (changes) => ({
    kind: 'audio',
    rtpParameters: { ...audio, ...changes },
  });
  const codecWith = (changes) =>
    audioWith({ codecs: [{ ...audio.codecs[0], ...changes }] });
  const encodings = (...list) => audioWith({ encodings: list });
  const extension = (...headerExtensions) => audioWith({ headerExtensions });
  const h264With = (parameters) => {
    const rtpParameters = h264Parameters();

    rtpParameters.codecs = [{ ...rtpParameters.codecs[0], parameters }];

    return videoSource(rtpParameters);
  };
  const videoWith = (changes) => ({
    kind: 'video',
    rtpParameters: { ...video, ...changes },
  });

  await cases(
    'produce',
    {
      'without arguments': undefined,
      'an empty object': {},
      'an unknown kind': { kind: 'chicken', rtpParameters: audio },
      'a kind that is an array': { kind: ['audio'], rtpParameters: audio },
      'no rtpParameters': { kind: 'audio' },
      'rtpParameters that are null': { kind: 'audio', rtpParameters: null },
      'rtpParameters that are a text': { kind: 'audio', rtpParameters: 'foo' },
      'rtpParameters that are empty': { kind: 'audio', rtpParameters: {} },
      'no codecs': audioWith({ codecs: [] }),
      'codecs that are not an array': audioWith({ codecs: 'foo' }),
      'a codec that is null': audioWith({ codecs: [null] }),
      'a codec that is a number': audioWith({ codecs: [1] }),
      'an unknown codec': codecWith({ mimeType: 'audio/chicken' }),
      'a mimeType that is odd': codecWith({ mimeType: 'opus' }),
      'no payloadType': codecWith({ payloadType: undefined }),
      'a payloadType that is a text': codecWith({ payloadType: '111' }),
      'a payloadType out of range': codecWith({ payloadType: 300 }),
      'no clockRate': codecWith({ clockRate: undefined }),
      'another clockRate': codecWith({ clockRate: 8000 }),
      'one channel': codecWith({ channels: 1 }),
      'parameters that are null': codecWith({ parameters: null }),
      'parameters that are a text': codecWith({ parameters: 'foo' }),
      'a parameter that is an object': codecWith({ parameters: { a: {} } }),
      'a parameter that is true': codecWith({ parameters: { a: true } }),
      'a parameter that is an array': codecWith({ parameters: { a: [1] } }),
      'a parameter that is big': codecWith({ parameters: { a: 2 ** 40 } }),
      'feedback that is not an array': codecWith({ rtcpFeedback: 'foo' }),
      'feedback without a type': codecWith({ rtcpFeedback: [{}] }),
      'feedback with an odd parameter': codecWith({
        rtcpFeedback: [{ type: 'nack', parameter: 12 }],
      }),
      'extensions that are not an array': audioWith({
        headerExtensions: 'foo',
      }),
      'an extension without uri': extension({ id: 1 }),
      'an extension without id': extension({ uri: MID }),
      'an extension that is unknown': extension({ uri: 'foo', id: 1 }),
      'an extension with id 0': extension({ uri: VIDEO_ORIENTATION, id: 0 }),
      'an extension with id 300': extension({
        uri: VIDEO_ORIENTATION,
        id: 300,
      }),
      'an extension that is encrypted': extension({
        uri: VIDEO_ORIENTATION,
        id: 3,
        encrypt: true,
      }),
      'an extension with odd parameters': extension({
        uri: VIDEO_ORIENTATION,
        id: 3,
        parameters: { a: [] },
      }),
      'encodings that are not an array': audioWith({ encodings: 'foo' }),
      'an encoding that is null': encodings(null),
      'an encoding that is a text': encodings('foo'),
      'an ssrc that is a text': encodings({ ssrc: 'foo' }),
      'an ssrc that is negative': encodings({ ssrc: -1 }),
      'an ssrc too big': encodings({ ssrc: 2 ** 33 }),
      'an ssrc of 0': encodings({ ssrc: 0 }),
      'a rid that is a number': encodings({ rid: 12 }),
      'a rid that is empty': encodings({ rid: '' }),
      'rtx without ssrc': videoWith({ encodings: [{ ssrc: 1, rtx: {} }] }),
      'rtx that is a text': videoWith({ encodings: [{ ssrc: 1, rtx: 'foo' }] }),
      'dtx that is a text': encodings({ ssrc: 1, dtx: 'yes' }),
      'a scalabilityMode that is odd': videoWith({
        encodings: [{ ssrc: 1, scalabilityMode: 'chicken' }],
      }),
      'a scalabilityMode that is a number': videoWith({
        encodings: [{ ssrc: 1, scalabilityMode: 12 }],
      }),
      'the same ssrc twice': videoWith({
        encodings: [{ ssrc: 1 }, { ssrc: 1 }],
      }),
      'simulcast audio': audioWith({ encodings: [{ ssrc: 1 }, { ssrc: 2 }] }),
      'RTX only': videoWith({ codecs: video.codecs.slice(1) }),
      'RTX for an unknown codec': videoWith({
        codecs: [
          video.codecs[0],
          { ...video.codecs[1], parameters: { apt: 3 } },
        ],
      }),
      'RTX without apt': videoWith({
        codecs: [video.codecs[0], { ...video.codecs[1], parameters: {} }],
      }),
      'RTX for RTX': videoWith({
        codecs: [...video.codecs, { ...video.codecs[1], payloadType: 103 }],
      }),
      'RTX ahead of its codec': videoWith({
        codecs: [video.codecs[1], video.codecs[0]],
      }),
      'two codecs': videoWith({
        codecs: [...video.codecs, ...h264Parameters().codecs],
      }),
      'H264 of another profile': h264With({
        'packetization-mode': 0,
        'profile-level-id': 'CHICKEN',
      }),
      'H264 at a lower level': h264With({
        'packetization-mode': 1,
        'level-asymmetry-allowed': 1,
        'profile-level-id': '4d0015',
      }),
      'video as audio': { kind: 'audio', rtpParameters: video },
      'audio as video': { kind: 'video', rtpParameters: audio },
      'a mid that is a number': audioWith({ mid: 12 }),
      'a mid that is too long': audioWith({ mid: 'a'.repeat(300) }),
      'rtcp that is a text': audioWith({ rtcp: 'foo' }),
      'a cname that is a number': audioWith({ rtcp: { cname: 12 } }),
      'reducedSize that is a text': audioWith({ rtcp: { reducedSize: 'no' } }),
      'an msid that is a number': audioWith({ msid: 12 }),
      'paused that is a text': { ...audioWith({}), paused: 'yes' },
      'paused that is null': { ...audioWith({}), paused: null },
      'keyFrameRequestDelay that is a text': {
        ...videoWith({}),
        keyFrameRequestDelay: 'foo',
      },
      'a delay that is negative': {
        ...videoWith({}),
        keyFrameRequestDelay: -1,
      },
    },
    async (options) => {
      const transport = await create();
      const producer = await transport.produce(options);

      return [stateOf(producer), await producer.dump()];
    },
  );
}
