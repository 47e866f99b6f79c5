#!/usr/bin/env node
/**
 * Comparison of what a real Chromium sees of media in batches and one by one: loss, jitter, freezes, retransmission,
 * and the worker's estimate of the bandwidth, over a clear, a lossy and a narrow link.
 *
 * It prints a table with a row per link and side, sums and means over all rounds. Both sides are the same worker binary; rounds
 * alternate.
 */
import { createRequire } from 'node:module';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { readArguments } from '../../scripts/lib/arguments.mjs';
import { main } from '../../scripts/lib/run.mjs';
import { Link } from './link.mjs';
import {
  CODECS,
  createRouter,
  createTransport,
  openCamera,
  openWatcher,
  withBrowser,
} from './pages.mjs';

const require = createRequire(import.meta.url);
const mediasoup = require('../../index.js');

const HELP = `Usage: node benches/media/browsers.mjs [options]

  --seconds <n>    how long each side of a link is measured per round; default: 60
  --rounds <n>     default: 2
  --links <text>   links whose name contains this; default: all
  --help
`;

/** Time in which the estimates of browser and worker settle. */
const SETTLE_MS = 15_000;

/** Distance of two looks at the worker's estimate. */
const SAMPLE_MS = 500;

const LINKS = {
  clear: {},
  'loss of 2 %': { loss: 0.02 },
  '1.5 Mbit/s': { bitrate: 1_500_000 },
};

const SIDES = { 'one by one': '0', 'in batches': '1' };

/** Counters of a browser's `inbound-rtp` whose growth is measured. */
const COUNTERS = [
  'packetsReceived',
  'packetsLost',
  'retransmittedPacketsReceived',
  'nackCount',
  'pliCount',
  'freezeCount',
  'totalFreezesDuration',
  'framesDecoded',
  'jitterBufferDelay',
  'jitterBufferEmittedCount',
];

const HEADER = [
  '| link | sent | packets | lost | jitter, ms | jitter buffer, ms | NACKs | retransmitted | PLIs | frames/s | freezes | estimate, kbit/s |',
  '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
];

await main(async () => {
  const { values } = readArguments(HELP, {
    seconds: { type: 'number', default: 60 },
    rounds: { type: 'number', default: 2 },
    links: { type: 'string', default: '' },
  });
  const links = Object.entries(LINKS).filter(([name]) =>
    name.includes(values.links),
  );
  const rows = [];

  await withBrowser(async (browser) => {
    for (const [name, options] of links) {
      const sides = Object.keys(SIDES).map((side) => ({ side, seen: [] }));

      for (let round = 0; round < values.rounds; ++round) {
        for (const { side, seen } of sides) {
          console.error(`${name}, ${side}, round ${round + 1}`);
          seen.push(await measure(browser, SIDES[side], options, values));
        }
      }
      rows.push(...sides.map(({ side, seen }) => row(name, side, seen)));
    }
  });

  console.log([...HEADER, ...rows].join('\n'));
});

/** Returns what a watcher sees within the time: growth of the counters, jitter and the worker's estimate. */
async function measure(browser, batches, options, { seconds }) {
  process.env.REMOTE_MEDIASOUP_SEND_BATCH = batches;

  const worker = await mediasoup.createWorker();
  const link = new Link(options);
  const pages = [];

  try {
    const router = await createRouter(worker, CODECS.vp8);
    const camera = await openCamera(browser, router, CODECS.vp8.encodings);
    pages.push(camera.page);

    const transport = await createTransport(router);
    const port = await link.open(transport.iceCandidates[0].port);
    const watcher = await openWatcher(
      browser,
      router,
      transport,
      camera.producer,
      port,
    );
    pages.push(watcher);
    await delay(SETTLE_MS);

    const before = await watcher.evaluate(() => globalThis.inbound());
    const samples = [];
    const end = performance.now() + seconds * 1000;

    while (performance.now() < end) {
      const [{ availableOutgoingBitrate }] = await transport.getStats();
      const { jitter } = await watcher.evaluate(() => globalThis.inbound());

      samples.push({ jitter, estimate: availableOutgoingBitrate });
      await delay(SAMPLE_MS);
    }

    const after = await watcher.evaluate(() => globalThis.inbound());

    return {
      seconds: (after.timestamp - before.timestamp) / 1000,
      jitter: mean(samples.map(({ jitter }) => jitter)),
      estimate: mean(samples.map(({ estimate }) => estimate)),
      ...Object.fromEntries(
        COUNTERS.map((name) => [
          name,
          (after[name] ?? 0) - (before[name] ?? 0),
        ]),
      ),
    };
  } finally {
    await Promise.all(pages.map((page) => page.close()));
    link.close();
    worker.close();
  }
}

function row(link, side, seen) {
  const sum = (name) => seen.reduce((all, one) => all + one[name], 0);
  const average = (name) => sum(name) / seen.length;
  const cells = [
    link,
    side,
    sum('packetsReceived'),
    sum('packetsLost'),
    (1000 * average('jitter')).toFixed(1),
    (
      (1000 * sum('jitterBufferDelay')) /
      sum('jitterBufferEmittedCount')
    ).toFixed(0),
    sum('nackCount'),
    sum('retransmittedPacketsReceived'),
    sum('pliCount'),
    (sum('framesDecoded') / sum('seconds')).toFixed(1),
    `${sum('freezeCount')} (${sum('totalFreezesDuration').toFixed(1)} s)`,
    (average('estimate') / 1000).toFixed(0),
  ];

  return `| ${cells.join(' | ')} |`;
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
