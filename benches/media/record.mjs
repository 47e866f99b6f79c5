#!/usr/bin/env node
/**
 * Recorder of what a real Chromium sends: the sizes and times of the RTP packets of a 720p camera with three layers.
 *
 * `npm run bench:media` replays the recordings in this folder; this program made them, and makes them
 * anew. It needs Chromium and writes `recordings/<codec>.json`: rows of milliseconds since the first packet, bytes of the
 * RTP packet, and spatial layer.
 */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { launchChromium } from '../../__test__/browser/support.mjs';
import { readArguments } from '../../scripts/lib/arguments.mjs';
import { writeCamera } from './camera.mjs';

const require = createRequire(import.meta.url);
const mediasoup = require('../../index.js');

const HELP = `Usage: node benches/media/record.mjs [options]

  --codec <name>   vp8 (three streams, the default) or vp9 (one stream of three layers)
  --seconds <n>    length of the recording; default: 10
  --help
`;

/** Time in which the bandwidth estimate of the browser rises to what the camera needs. */
const SETTLE_MS = 15_000;

/** Encodings of mediasoup-client. Bitrates are libwebrtc's own for 720p with three streams. */
const CODECS = {
  vp8: {
    mimeType: 'video/VP8',
    encodings: [
      { scaleResolutionDownBy: 4, maxBitrate: 200_000 },
      { scaleResolutionDownBy: 2, maxBitrate: 700_000 },
      { scaleResolutionDownBy: 1, maxBitrate: 2_500_000 },
    ],
  },
  vp9: {
    mimeType: 'video/VP9',
    parameters: { 'profile-id': 0 },
    encodings: [{ scalabilityMode: 'L3T3', maxBitrate: 2_500_000 }],
  },
};

async function main() {
  const { codec: name, seconds } = readArguments(HELP, {
    codec: { type: 'string', default: 'vp8' },
    seconds: { type: 'number', default: 10 },
  }).values;
  const codec = CODECS[name];
  const camera = path.join(
    fs.mkdtempSync(path.join(os.tmpdir(), 'camera-')),
    'camera.y4m',
  );

  writeCamera(camera);

  const browser = await launchChromium([
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-video-capture=${camera}`,
    '--no-sandbox',
  ]);
  const worker = await mediasoup.createWorker();

  try {
    const packets = await record(browser, worker, codec, seconds);
    const file = fileURLToPath(
      new URL(`recordings/${name}.json`, import.meta.url),
    );

    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, `${JSON.stringify(packets)}\n`);
    console.log(`${packets.length} packets: ${file}`);
  } finally {
    await browser.close();
    worker.close();
    fs.rmSync(path.dirname(camera), { recursive: true });
  }
}

/** Returns rows of [ms, bytes, layer]. */
async function record(
  browser,
  worker,
  { mimeType, parameters, encodings },
  seconds,
) {
  const router = await worker.createRouter({
    mediaCodecs: [{ kind: 'video', mimeType, clockRate: 90_000, parameters }],
  });
  const transport = await router.createWebRtcTransport({
    listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }],
    initialAvailableOutgoingBitrate: 6_000_000,
  });
  const page = await browser.newPage();
  let producer;

  await page.route('**/*', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: '<!doctype html><title>Camera</title>',
    }),
  );
  // A page of localhost may use a camera.
  await page.goto('http://localhost/');
  await page.exposeFunction('connect', (dtlsParameters) =>
    transport.connect({ dtlsParameters }),
  );
  await page.exposeFunction('produce', async (options) => {
    producer = await transport.produce(options);

    return producer.id;
  });
  await page.addScriptTag({ content: clientScript() });
  await page.evaluate(send, {
    routerRtpCapabilities: router.rtpCapabilities,
    transport: {
      id: transport.id,
      iceParameters: transport.iceParameters,
      iceCandidates: transport.iceCandidates,
      dtlsParameters: transport.dtlsParameters,
    },
    encodings,
  });
  await delay(SETTLE_MS);

  const rids = producer.rtpParameters.encodings.map(({ rid }) => rid);
  // A browser names a stream's rid until it is understood, its SSRC for ever.
  const layers = (await producer.getStats())
    .sort((one, other) => rids.indexOf(one.rid) - rids.indexOf(other.rid))
    .map(({ ssrc }) => ssrc);
  const packets = [];

  producer.on('trace', ({ timestamp, info: { rtpPacket, isRtx } }) => {
    if (!isRtx) {
      const { ssrc, spatialLayer, size } = rtpPacket;

      packets.push([
        timestamp,
        Number(size),
        Math.max(layers.indexOf(ssrc), spatialLayer),
      ]);
    }
  });
  await producer.enableTraceEvent(['rtp']);
  await delay(seconds * 1000);
  console.error(
    JSON.stringify(await page.evaluate(() => globalThis.outbound())),
  );

  return packets.map(([ms, bytes, layer]) => [
    ms - packets[0][0],
    bytes,
    layer,
  ]);
}

function clientScript() {
  const { outputFiles } = buildSync({
    stdin: {
      contents:
        "import { Device } from 'mediasoup-client'; globalThis.Device = Device;",
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
    },
    bundle: true,
    format: 'iife',
    write: false,
  });

  return outputFiles[0].text;
}

/** Runs in the page: sends its camera. */
async function send({ routerRtpCapabilities, transport, encodings }) {
  const device = new globalThis.Device();

  await device.load({ routerRtpCapabilities });

  const sender = device.createSendTransport(transport);

  sender.on('connect', ({ dtlsParameters }, done, fail) =>
    globalThis.connect(dtlsParameters).then(done, fail),
  );
  sender.on('produce', ({ kind, rtpParameters }, done, fail) =>
    globalThis
      .produce({ kind, rtpParameters })
      .then((id) => done({ id }), fail),
  );

  const stream = await navigator.mediaDevices.getUserMedia({
    video: { width: 1280, height: 720, frameRate: 30 },
  });
  const [track] = stream.getVideoTracks();
  await sender.produce({
    track,
    encodings,
    codecOptions: { videoGoogleStartBitrate: 2_000 },
  });

  globalThis.outbound = async () => {
    const stats = [...(await sender.getStats()).values()];
    const { srtpCipher } = stats.find(({ type }) => type === 'transport');

    return stats
      .filter(({ type }) => type === 'outbound-rtp')
      .map(({ rid, frameWidth, framesPerSecond, qualityLimitationReason }) => ({
        rid,
        frameWidth,
        framesPerSecond,
        qualityLimitationReason,
        srtpCipher,
      }));
  };
}

await main();
