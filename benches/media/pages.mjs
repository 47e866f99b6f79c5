/**
 * Pages of a real Chromium that send a camera through a worker, or watch it.
 *
 * The recorder and the comparison of browsers open them; functions of the pages are left in `globalThis`.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { launchChromium } from '../../__test__/browser/support.mjs';
import { writeCamera } from './camera.mjs';

/** Encodings of mediasoup-client. Bitrates are libwebrtc's own for 720p with three streams. */
export const CODECS = {
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

/** Calls `body` with a browser that has a camera of 720p, and closes the browser. */
export async function withBrowser(body) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'camera-'));
  const camera = path.join(folder, 'camera.y4m');

  writeCamera(camera);

  const browser = await launchChromium([
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-video-capture=${camera}`,
    '--no-sandbox',
  ]);

  try {
    return await body(browser);
  } finally {
    await browser.close();
    fs.rmSync(folder, { recursive: true });
  }
}

/** Creates a Router for one codec. */
export function createRouter(worker, { mimeType, parameters }) {
  return worker.createRouter({
    mediaCodecs: [{ kind: 'video', mimeType, clockRate: 90_000, parameters }],
  });
}

/** Creates a transport for a page of this machine, with the bandwidth that it begins with. */
export function createTransport(router) {
  return router.createWebRtcTransport({
    listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }],
    initialAvailableOutgoingBitrate: 6_000_000,
  });
}

/** Opens a page that sends its camera. Returns the page and the Producer. */
export async function openCamera(browser, router, encodings) {
  const transport = await createTransport(router);
  let producer;
  const page = await open(browser, {
    connect: (dtlsParameters) => transport.connect({ dtlsParameters }),
    produce: async (options) => {
      producer = await transport.produce(options);

      return producer.id;
    },
  });

  await page.evaluate(send, {
    routerRtpCapabilities: router.rtpCapabilities,
    transport: describe(transport),
    encodings,
  });

  return { page, producer };
}

/**
 * Opens a page that watches a Producer.
 *
 * @param {number} [port] - Of a link before the transport; default: the transport's own.
 */
export async function openWatcher(browser, router, transport, producer, port) {
  const page = await open(browser, {
    connect: (dtlsParameters) => transport.connect({ dtlsParameters }),
    consume: async (rtpCapabilities) => {
      const { id, kind, rtpParameters } = await transport.consume({
        producerId: producer.id,
        rtpCapabilities,
      });

      return { id, producerId: producer.id, kind, rtpParameters };
    },
  });

  await page.evaluate(watch, {
    routerRtpCapabilities: router.rtpCapabilities,
    transport: describe(transport, port),
  });

  return page;
}

function describe(transport, port) {
  const { id, iceParameters, iceCandidates, dtlsParameters } = transport;

  return {
    id,
    iceParameters,
    iceCandidates: iceCandidates.map((candidate) => ({
      ...candidate,
      port: port ?? candidate.port,
    })),
    dtlsParameters,
  };
}

/** Opens an empty page with mediasoup-client and the given functions. */
async function open(browser, functions) {
  const page = await browser.newPage();

  await page.route('**/*', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: '<!doctype html><title>Camera</title>',
    }),
  );
  // A page of localhost may use a camera.
  await page.goto('http://localhost/');
  for (const [name, body] of Object.entries(functions)) {
    await page.exposeFunction(name, body);
  }
  await page.addScriptTag({ content: clientScript() });

  return page;
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

/** Runs in the page: sends its camera, and leaves `outbound()`, the statistics of what it sends. */
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

/** Runs in the page: shows what it receives, and leaves `inbound()`, the statistics of it. */
async function watch({ routerRtpCapabilities, transport }) {
  const device = new globalThis.Device();

  await device.load({ routerRtpCapabilities });

  const receiver = device.createRecvTransport(transport);

  receiver.on('connect', ({ dtlsParameters }, done, fail) =>
    globalThis.connect(dtlsParameters).then(done, fail),
  );

  const consumer = await receiver.consume(
    await globalThis.consume(device.rtpCapabilities),
  );
  const video = globalThis.document.createElement('video');

  video.muted = true;
  video.srcObject = new globalThis.MediaStream([consumer.track]);
  globalThis.document.body.append(video);
  await video.play();

  globalThis.inbound = async () =>
    [...(await consumer.getStats()).values()].find(
      ({ type }) => type === 'inbound-rtp',
    );
}
