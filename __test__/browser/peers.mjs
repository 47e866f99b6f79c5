/**
 * Load test with a full room of the example meeting: many peers, each with a connection, two Transports and a
 * camera of its own; in the middle it kills one of the worker processes. `peers.test.mjs` and developers run
 * it.
 *
 * The peers are the example's own `RoomClient` in real Chromium pages, several to a page: what they lack is
 * the document around it. Cameras are 160x90 at 5 frames a second, and only talkers have their microphone on,
 * as in a meeting of that size. All videos are decoded and counted.
 *
 * Ends with an error unless everyone sees everyone before and again after the kill; unless everybody's
 * Transports, Producers and Consumers are rebuilt `--within` so many seconds; and with several Workers,
 * unless what passes none but the others goes on all the while.
 */

import assert from 'node:assert/strict';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';
import { Application } from './application.mjs';
import { launchChromium, until, workersOf } from './support.mjs';
import { readArguments } from '../../scripts/lib/arguments.mjs';

const HELP = `Usage: node __test__/browser/peers.mjs [--peers 20] [--pages 4] [--talkers 3] [--seconds 10] [--within 5]
                                    [--vertical]`;

const ROOM_CLIENT = fileURLToPath(
  new URL('../../examples/meeting/client/room-client.js', import.meta.url),
);
const CAMERA = { width: 160, height: 90, frameRate: 5 };
const SECOND_MS = 1000;
/** Frames come every 200 ms, but a busy machine may hold some up. */
const WINDOW_MS = 2 * SECOND_MS;

const { values } = readArguments(HELP, {
  peers: { type: 'number', default: 20 },
  pages: { type: 'number', default: 4 },
  talkers: { type: 'number', default: 3 },
  seconds: { type: 'number', default: 10 },
  within: { type: 'number', default: 5 },
  vertical: { type: 'boolean', default: false },
});
const { peers, pages, talkers, seconds, within } = values;
const all = peers * (peers - 1);

/** Spread, because so small a room fills no core. */
const SPREAD = { REMOTE_MEDIASOUP_VERTICAL: 'maxWorkers=2,placement=spread' };
const env = values.vertical ? SPREAD : {};
/** Counts of the last look, by the video's id. */
let frames = new Map();

const application = new Application(env);
const browser = await launchChromium([
  '--use-fake-device-for-media-stream=fps=5',
]);

try {
  await application.start();
  const rooms = await openPages();
  const enteredAt = performance.now();
  for (let peer = 0; peer < peers; peer += 1) {
    await rooms[peer % pages].evaluate((options) => window.enter(options), {
      roomId: 'full',
      displayName: `Peer ${peer}`,
      talks: peer < talkers,
      camera: CAMERA,
    });
  }
  await until('everyone at everyone', () => growing(rooms), isAll);
  report('everyone sees everyone', enteredAt);
  const workers = workersOf(application);
  assert.equal(workers.length, values.vertical ? 2 : 1, 'Workers');
  console.log(`${workers.length} Workers, ${peers} peers, ${all} videos`);
  await watch(rooms, seconds);

  const before = await growing(rooms);
  const victim = workers.at(-1);
  process.kill(victim, 'SIGKILL');
  const [killedAt, killedAtDate] = [performance.now(), Date.now()];
  console.log(`killed ${victim}`);
  // What was under way still shows; a video that comes again has another id.
  await growing(rooms);
  let unharmed;
  await until(
    'everyone again',
    async () => {
      const now = await growing(rooms);
      unharmed ??= [...now].filter((id) => before.has(id));
      console.log(`  ${now.size} videos go on, ${unharmed.length} unharmed`);
      const stopped = unharmed.filter((id) => !now.has(id));
      assert.deepEqual(stopped, [], 'videos by the other Workers');
      return now;
    },
    isAll,
  );
  assert.equal(unharmed.length > 0, workers.length > 1, 'by the other Workers');
  report('everyone sees everyone again', killedAt);
  const joined = rooms.map((page) => page.evaluate(() => window.joinedAtDate));
  const tookMs = Math.max(...(await Promise.all(joined))) - killedAtDate;
  console.log(`all was rebuilt after ${tookMs} ms`);
  assert.ok(tookMs > 0 && tookMs < within * SECOND_MS, `${tookMs} ms`);
  await watch(rooms, seconds);
} finally {
  await browser.close();
  await application.stop();
}

function isAll(videos) {
  return videos.size === all;
}

/** Pages of the application's origin, with nothing in them but a way in. */
async function openPages() {
  const { outputFiles } = await esbuild.build({
    stdin: {
      contents: `import { RoomClient } from ${JSON.stringify(ROOM_CLIENT)}; (${inPage})(RoomClient);`,
      resolveDir: process.cwd(),
    },
    bundle: true,
    format: 'iife',
    write: false,
  });
  return Promise.all(
    Array.from({ length: pages }, async () => {
      const page = await browser.newPage();
      page.on('pageerror', (error) => console.error(`page: ${error}`));
      await page.goto(`${application.url}/lobby.json`);
      await page.evaluate(outputFiles[0].text);
      return page;
    }),
  );
}

/** Runs in the page: lets peers in, and counts frames of all of them. */
function inPage(RoomClient) {
  const connections = [];
  window.RTCPeerConnection = class extends window.RTCPeerConnection {
    constructor(...args) {
      super(...args);
      connections.push(this);
    }
  };

  window.enter = async ({ roomId, displayName, talks, camera }) => {
    const media = { audio: true, video: camera };
    const stream = await navigator.mediaDevices.getUserMedia(media);
    const client = new RoomClient(roomId, displayName);
    const [microphone] = stream.getAudioTracks();
    microphone.enabled = talks;
    client.send('microphone', microphone);
    client.send('camera', stream.getVideoTracks()[0]);
    let { state } = client;
    await new Promise((resolve) => {
      client.addEventListener('change', () => {
        if (client.state === 'joined' && state !== 'joined') {
          window.joinedAtDate = Date.now();
          resolve();
        }
        ({ state } = client);
      });
    });
  };

  /** Frames so far, by the video's id. */
  window.countFrames = async () => {
    const open = connections.filter((it) => it.connectionState !== 'closed');
    const reports = await Promise.all(open.map((it) => it.getStats()));
    return reports
      .flatMap((report) => [...report.values()])
      .filter(({ type, kind }) => type === 'inbound-rtp' && kind === 'video')
      .filter(({ mid }) => mid !== 'probator')
      .map(({ trackIdentifier, framesDecoded }) => [
        trackIdentifier,
        framesDecoded,
      ]);
  };
}

async function countFrames(rooms) {
  const counts = await Promise.all(
    rooms.map((page) => page.evaluate(() => window.countFrames())),
  );
  return new Map(counts.flat());
}

/** Ids of the videos that have gone on since the last look, a moment ago. Looking at all costs a CPU's second. */
async function growing(rooms) {
  await delay(WINDOW_MS);
  const before = frames;
  frames = await countFrames(rooms);
  const ids = [...frames.keys()];
  return new Set(ids.filter((id) => frames.get(id) > (before.get(id) ?? 0)));
}

/** Prints how many videos go on, moment by moment. */
async function watch(rooms, forSeconds) {
  const until = performance.now() + forSeconds * SECOND_MS;
  while (performance.now() < until) {
    const { size } = await growing(rooms);
    console.log(`  ${size} of ${all} videos go on`);
    assert.ok(size > 0, 'videos');
  }
}

function report(what, since) {
  const ms = Math.round(performance.now() - since);
  console.log(`${what} after ${ms} ms, of which ${WINDOW_MS} are looking`);
  return ms;
}
