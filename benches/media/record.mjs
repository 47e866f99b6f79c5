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
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readArguments } from '../../scripts/lib/arguments.mjs';
import { CODECS, createRouter, openCamera, withBrowser } from './pages.mjs';

const require = createRequire(import.meta.url);
const mediasoup = require('../../index.js');

const HELP = `Usage: node benches/media/record.mjs [options]

  --codec <name>   vp8 (three streams, the default) or vp9 (one stream of three layers)
  --seconds <n>    length of the recording; default: 10
  --help
`;

/** Time in which the bandwidth estimate of the browser rises to what the camera needs. */
const SETTLE_MS = 15_000;

async function main() {
  const { codec: name, seconds } = readArguments(HELP, {
    codec: { type: 'string', default: 'vp8' },
    seconds: { type: 'number', default: 10 },
  }).values;
  const worker = await mediasoup.createWorker();

  try {
    const packets = await withBrowser((browser) =>
      record(browser, worker, CODECS[name], seconds),
    );
    const file = fileURLToPath(
      new URL(`recordings/${name}.json`, import.meta.url),
    );

    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, `${JSON.stringify(packets)}\n`);
    console.log(`${packets.length} packets: ${file}`);
  } finally {
    worker.close();
  }
}

/** Returns rows of [ms, bytes, layer]. */
async function record(browser, worker, codec, seconds) {
  const router = await createRouter(worker, codec);
  const { page, producer } = await openCamera(browser, router, codec.encodings);

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

await main();
