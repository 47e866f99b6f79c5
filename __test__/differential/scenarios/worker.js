'use strict';
/**
 * Scenario of the differential test about `createWorker()` and Workers: settings, dumps, resource usage, and
 * their end. `record.js` runs it on npm's mediasoup and on this package; a difference between the two
 * recordings fails the test.
 */
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { callClosed } = require('../closed.js');
const {
  appDataCases,
  circularAppData,
  loopback,
  mediaCodecs,
} = require('../fixtures.js');

module.exports = async ({ mediasoup, step, cases }) => {
  await goodSettings({ mediasoup, step });
  await badSettings({ mediasoup, step, cases });

  const worker = await step('createWorker() for the rest', () =>
    mediasoup.createWorker(),
  );

  await describeWorker(worker, step);
  await cases('updateSettings', settingsCases(), (settings) =>
    worker.updateSettings(settings),
  );
  await cases('createRouter with appData', appDataCases(), (appData) =>
    worker.createRouter({ mediaCodecs: mediaCodecs(), appData }),
  );
  await cases('createRouter with mediaCodecs', mediaCodecsCases(), (codecs) =>
    worker.createRouter({ mediaCodecs: codecs }),
  );
  await cases('createWebRtcServer', serverCases(), (options) =>
    worker.createWebRtcServer(options),
  );
  await step('dump() with Routers and WebRtcServers', () => worker.dump());
  await step('close()', () => worker.close());
  await step('close() again', () => worker.close());
  await callClosed(step, 'when closed', worker);
  await step('closed, died', () => [worker.closed, worker.died]);
  await step('its process has ended', () => worker.subprocessClosed);
};

async function goodSettings({ mediasoup, step }) {
  const good = {
    'without arguments': undefined,
    'an empty object': {},
    everything: {
      logLevel: 'warn',
      logTags: ['info', 'ice', 'dtls', 'rtp', 'bwe'],
      rtcMinPort: 40000,
      rtcMaxPort: 40999,
      libwebrtcFieldTrials: 'WebRTC-Bwe-AlrLimitedBackoff/Disabled/',
      appData: { foo: 456 },
    },
    'settings of the wrong type are ignored': {
      logLevel: 12,
      logTags: 'foo',
      rtcMinPort: '30000',
      rtcMaxPort: Number.NaN,
      dtlsCertificateFile: 12,
      dtlsPrivateKeyFile: false,
      libwebrtcFieldTrials: 3,
    },
    'obsolete options are ignored': { disableLiburing: true, foo: 'bar' },
    'empty texts': {
      logLevel: '',
      logTags: ['', 12],
      dtlsCertificateFile: '',
      dtlsPrivateKeyFile: '',
      libwebrtcFieldTrials: '',
    },
    'nulls for appData': { appData: null },
  };

  for (const [name, settings] of Object.entries(good)) {
    const worker = await step(`createWorker: ${name}`, () =>
      mediasoup.createWorker(settings),
    );

    await step(`createWorker: ${name}: what it is like`, () => [
      worker.constructor.name,
      typeof worker.pid,
      worker.closed,
      worker.died,
      worker.subprocessClosed,
      worker.appData,
    ]);
    await step(`createWorker: ${name}: close()`, () => worker.close());
  }

  const appData = circularAppData();
  const worker = await step('createWorker: circular appData', () =>
    mediasoup.createWorker({ appData }),
  );

  await step('appData is the very same', () => worker.appData === appData);
  worker.close();
}

async function badSettings({ mediasoup, step, cases }) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'differential-'));
  const file = path.join(folder, 'not-executable');

  fs.writeFileSync(file, 'not a program', { mode: 0o600 });

  await cases(
    'createWorker',
    {
      'unknown logLevel': { logLevel: 'chicken' },
      'unknown logTag': { logTags: ['chicken'] },
      'ports the wrong way round': { rtcMinPort: 1000, rtcMaxPort: 999 },
      'a negative port': { rtcMinPort: -1 },
      'a port too high': { rtcMaxPort: 70000 },
      "a port that isn't an integer": { rtcMinPort: 10000.5 },
      'a certificate that is not there': {
        dtlsCertificateFile: '/notfound/cert.pem',
        dtlsPrivateKeyFile: '/notfound/priv.pem',
      },
      'a certificate without a key': { dtlsCertificateFile: __filename },
      'a key that is none': {
        dtlsCertificateFile: __filename,
        dtlsPrivateKeyFile: __filename,
      },
      'appData that is not an object': { appData: 'NOT-AN-OBJECT' },
      'a workerBin that is not there': { workerBin: '/nope' },
      'a workerBin that is a folder': { workerBin: '/' },
      'a workerBin that ends with 0': { workerBin: '/bin/true' },
      'a workerBin that ends with 1': { workerBin: '/bin/false' },
      null: null,
      'a number': 12,
    },
    (settings) => mediasoup.createWorker(settings),
  );
  await step('createWorker: a workerBin that may not be run', async () => {
    try {
      await mediasoup.createWorker({ workerBin: file });
    } catch (error) {
      return [error.constructor.name, error.message.replace(file, '<file>')];
    }

    return 'no error';
  });
  await cases('createWorker with appData', appDataCases(), async (appData) => {
    const worker = await mediasoup.createWorker({ appData });
    const kept = worker.appData;

    worker.close();

    return kept;
  });

  fs.rmSync(folder, { recursive: true });
}

async function describeWorker(worker, step) {
  await step('dump() of an empty Worker', () => worker.dump());
  await step('getResourceUsage()', () => worker.getResourceUsage());
  await step('dump() tells its pid', async () => {
    const { pid } = await worker.dump();

    return pid === worker.pid;
  });

  for (const name of [
    'pid',
    'closed',
    'died',
    'subprocessClosed',
    'observer',
  ]) {
    await step(`${name} can't be set`, () => {
      'use strict';
      worker[name] = 'something else';
    });
  }

  for (const [name, value] of Object.entries(appDataCases())) {
    await step(`appData = ${name}`, () => {
      worker.appData = value;

      return worker.appData === value;
    });
  }
}

function settingsCases() {
  return {
    nothing: undefined,
    'an empty object': {},
    'a level': { logLevel: 'debug' },
    'a level and tags': { logLevel: 'none', logTags: ['ice', 'dtls'] },
    'an unknown level': { logLevel: 'chicken' },
    'an unknown tag': { logTags: ['chicken'] },
    'a level of the wrong type': { logLevel: 1234 },
    null: null,
  };
}

function mediaCodecsCases() {
  const opus = { kind: 'audio', mimeType: 'audio/opus', clockRate: 48000 };
  const vp8 = { kind: 'video', mimeType: 'video/VP8', clockRate: 90000 };

  return {
    undefined,
    null: null,
    'an empty array': [],
    'an object': {},
    'a string': 'foo',
    'an array of numbers': [1],
    'an array of nulls': [null],
    'a codec without mimeType': [{ kind: 'audio', clockRate: 48000 }],
    'a codec with an odd mimeType': [{ ...opus, mimeType: 'opus' }],
    'a codec without clockRate': [{ mimeType: 'audio/opus', channels: 2 }],
    'an unsupported codec': [{ mimeType: 'audio/chicken', clockRate: 48000 }],
    'the wrong clockRate': [{ ...opus, clockRate: 12345, channels: 2 }],
    'the wrong channels': [{ ...opus, channels: 1 }],
    'no channels': [opus],
    "channels that aren't a number": [{ ...opus, channels: 'two' }],
    'a kind that is not that of the mimeType': [{ ...vp8, kind: 'audio' }],
    'parameters that are not an object': [{ ...vp8, parameters: 'foo' }],
    'a parameter that is an object': [{ ...vp8, parameters: { a: {} } }],
    'a parameter that is null': [{ ...vp8, parameters: { a: null } }],
    'feedback without type': [{ ...vp8, rtcpFeedback: [{}] }],
    'a payload type twice': [
      { ...vp8, preferredPayloadType: 100 },
      { ...opus, channels: 2, preferredPayloadType: 100 },
    ],
    'the payload type of RTX': [
      { ...vp8, preferredPayloadType: 96 },
      { ...vp8, mimeType: 'video/VP9', preferredPayloadType: 97 },
    ],
    'a payload type that is a text': [{ ...vp8, preferredPayloadType: '96' }],
    'more video codecs than payload types': Array(20).fill(vp8),
  };
}

function serverCases() {
  const on = (changes) => ({ listenInfos: [{ ...loopback(), ...changes }] });

  return {
    'a random port': { listenInfos: [loopback()] },
    'UDP and TCP': {
      listenInfos: [
        { ...loopback(), announcedAddress: 'media.example' },
        { ...loopback(), protocol: 'tcp', exposeInternalIp: true },
      ],
      appData: { foo: 123 },
    },
    'a range of ports and flags': {
      listenInfos: [
        {
          ...loopback(),
          portRange: { min: 41000, max: 41999 },
          flags: { ipv6Only: false, udpReusePort: false },
          sendBufferSize: 300000,
          recvBufferSize: 300000,
        },
      ],
    },
    nothing: undefined,
    'no listenInfos': {},
    'empty listenInfos': { listenInfos: [] },
    'listenInfos that are not an array': { listenInfos: 'NOT-AN-ARRAY' },
    'listenInfos that are an object': { listenInfos: {} },
    'an invalid ip': { listenInfos: [{ protocol: 'udp', ip: '1.2.3' }] },
    'no ip': { listenInfos: [{ protocol: 'udp' }] },
    'an ip of another host': on({ ip: '1.2.3.4' }),
    'an unknown protocol means tcp': on({ protocol: 'chicken' }),
    'the same port twice': {
      listenInfos: [
        { ...loopback(), port: 2999 },
        { ...loopback(), port: 2999 },
      ],
    },
    'a range that is the wrong way round': on({
      portRange: { min: 42000, max: 41000 },
    }),
    'a range without end': on({ portRange: { min: 42000 } }),
    'a port and a range': on({
      port: 2998,
      portRange: { min: 41000, max: 41999 },
    }),
    'a port that is a text': on({ port: '2997' }),
    'listenInfos with null': { listenInfos: [null] },
    'appData that is not an object': {
      listenInfos: [loopback()],
      appData: 'NOT-AN-OBJECT',
    },
  };
}
