/**
 * Chromium for the browser tests, driven by playwright, with a made-up camera and microphone: functions that
 * start it, join a meeting, press buttons, and read what its peer connections really send and receive.
 */

import assert from 'node:assert/strict';
import {
  accessSync,
  constants,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { writeVoice } from './voice.mjs';

/** Evidence of failed tests: pictures and logs; ignored by git. */
const EVIDENCE_DIR = fileURLToPath(
  new URL('../.generated/browser', import.meta.url),
);

const VOICE_FILE = join(EVIDENCE_DIR, 'voice.wav');

/** Starting media takes a second; a busy machine may take many times that. */
const PATIENCE_MS = 60_000;
const POLL_INTERVAL_MS = 200;
/** Frames come every 100 ms, but a busy machine may hold up the encoder. */
const LOOK_INTERVAL_MS = 2000;
const STEP_TIMEOUT_MS = 180_000;

const CHROMIUM_ARGS = [
  // Ten frames a second are enough to prove a thing and leave time to others. The screen is made up, too.
  '--use-fake-device-for-media-stream=fps=10,display-media-type=monitor',
  `--use-file-for-fake-audio-capture=${VOICE_FILE}`,
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @param {string[]} [args] more of its command line; of a flag that is there twice the last counts. */
export function launchChromium(args = []) {
  writeVoice(VOICE_FILE);
  return chromium.launch({
    executablePath: findChromium(),
    args: [...CHROMIUM_ARGS, ...args],
  });
}

/** `CHROMIUM` if set, otherwise the first on the PATH. */
function findChromium() {
  if (process.env.CHROMIUM) {
    return process.env.CHROMIUM;
  }
  const directories = process.env.PATH.split(delimiter);
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const found = names
    .flatMap((name) => directories.map((directory) => join(directory, name)))
    .find(isExecutable);
  if (!found) {
    throw new Error(
      'No Chromium on the PATH: apt-get install chromium, or set CHROMIUM.',
    );
  }
  return found;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Someone in a browser of their own (a context) who comes into a room.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {object} options
 * @param {string} options.name
 * @param {string} options.url of the room.
 * @param {object} [options.context] options of the browser context.
 * @param {object} [options.script] run in the page before its own.
 */
export async function comeIn(browser, { name, url, context, script }) {
  const page = await browser.newPage(context);
  page.setDefaultTimeout(PATIENCE_MS);
  const participant = { name, page, log: [] };
  page.on('console', (m) => participant.log.push(`${m.type()}: ${m.text()}`));
  page.on('pageerror', (error) => participant.log.push(`uncaught: ${error}`));
  await page.addInitScript(collectPeerConnections);
  await page.addInitScript(script ?? { content: '' });
  await page.goto(url);
  await page.getByLabel('Your name').fill(name);
  await page.getByRole('button', { name: 'Join' }).click();
  return participant;
}

/** Runs in the page: peer connections are the page's own, unless one watches. */
function collectPeerConnections() {
  window.peerConnections = [];
  window.RTCPeerConnection = class extends window.RTCPeerConnection {
    constructor(...args) {
      super(...args);
      window.peerConnections.push(this);
    }
  };
}

/** Presses one of the room's buttons. */
export async function press({ page }, name) {
  await page.getByRole('button', { name, exact: true }).click();
}

/** Goes back to the lobby. */
export async function leave({ page }) {
  await page.getByRole('link', { name: 'Leave' }).click();
}

export async function openChat(who) {
  await press(who, 'Chat');
}

/** Writes a message to everyone, the chat being open. */
export async function say({ page }, text) {
  const input = page.getByLabel('Message to everyone');
  await input.fill(text);
  await input.press('Enter');
}

/** Writes until the other has read it: what is sent before its data channel is there is lost. */
export async function sayTo(other, who, text) {
  await until(
    `"${text}" at ${other.name}'s`,
    async () => {
      await say(who, text);
      return messageOf(other, text).count();
    },
    (count) => count > 0,
  );
}

/**
 * The WebRTC statistics of one type, of all the page's open peer connections.
 * https://www.w3.org/TR/webrtc-stats/
 *
 * @param {{ page: import('playwright-core').Page }} participant
 * @param {'inbound-rtp' | 'outbound-rtp'} type
 * @param {'audio' | 'video'} kind
 * @returns {Promise<object[]>}
 */
export function readStats({ page }, type, kind) {
  return page.evaluate(
    async ([type, kind]) => {
      const open = window.peerConnections.filter(
        ({ connectionState }) => connectionState !== 'closed',
      );
      const reports = await Promise.all(open.map((pc) => pc.getStats()));
      return (
        reports
          .flatMap((report) => [...report.values()])
          .filter((stat) => stat.type === type && stat.kind === kind)
          // What keeps the bandwidth estimate going, not anyone's picture.
          .filter((stat) => stat.mid !== 'probator')
      );
    },
    [type, kind],
  );
}

/**
 * Waits until what `read` gives satisfies `isEnough`, and answers it.
 *
 * @param {string} wish what is waited for, for the error.
 */
export async function until(wish, read, isEnough) {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const value = await read();
    if (isEnough(value)) {
      return value;
    }
    if (Date.now() > deadline) {
      const last = JSON.stringify(value, null, 2);
      throw new Error(`No ${wish} in ${PATIENCE_MS} ms. Last seen: ${last}`);
    }
    await delay(POLL_INTERVAL_MS);
  }
}

/** Tile of a person on a page. */
export function tileOf({ page }, name) {
  return page.getByRole('figure', { name, exact: true });
}

/** The sign that someone's microphone is off, in a page that sees it. */
export function mutedAt(who, name) {
  return tileOf(who, name).getByRole('img', { name: 'Muted' });
}

/** Turns someone's own microphone off, or on again. */
export async function mute(who) {
  await press(who, 'Microphone');
}

/** Message of a page as long as it has lost the application's server. */
export function reconnecting({ page }) {
  return page.getByRole('status').getByText('Reconnecting');
}

/** A line of the chat. */
export function messageOf({ page }, text) {
  return page.getByRole('log').getByText(text);
}

/** Waits until what is received of the other has grown since now. */
export async function untilGrowing(who, kind, fields) {
  const read = async () => {
    const [received] = await readStats(who, 'inbound-rtp', kind);
    return fields.map((field) => received?.[field] ?? 0);
  };
  const before = await read();
  await until(`growing ${fields} of ${kind} at ${who.name}'s`, read, (now) =>
    now.every((value, i) => value > before[i]),
  );
}

/** Waits until so many videos are decoded. */
export async function untilVideos(who, count) {
  await until(
    `${count} videos at ${who.name}'s`,
    () => readStats(who, 'inbound-rtp', 'video'),
    (videos) =>
      videos.filter(({ framesDecoded }) => framesDecoded > 0).length === count,
  );
}

/** Waits until pictures of such a width are decoded, not just announced. */
export async function untilWidth(who, isRight) {
  const read = async () => (await readStats(who, 'inbound-rtp', 'video'))[0];
  const { framesDecoded } = await until(
    `such a picture at ${who.name}'s`,
    read,
    (now) => isRight(now?.frameWidth),
  );
  await until(
    `more of such pictures at ${who.name}'s`,
    read,
    (now) => isRight(now?.frameWidth) && now.framesDecoded > framesDecoded,
  );
}

/**
 * Watches what pages decode: every video that is there now has to go on, look by look,
 * until `end()`, which answers how many milliseconds that were.
 *
 * @param {object[]} participants
 */
export function watchVideos(participants) {
  let ended = false;
  const watched = watch();
  // Whoever doesn't come to the end has another error to tell of.
  watched.catch(() => {});

  async function watch() {
    const startedAt = performance.now();
    let before = await countFrames();
    do {
      await delay(LOOK_INTERVAL_MS);
      const now = await countFrames();
      for (const [video, frames] of before) {
        assert.ok(
          now.get(video) > frames,
          `${video}: ${now.get(video)} frames after ${frames}`,
        );
      }
      before = now;
    } while (!ended);
    return performance.now() - startedAt;
  }

  async function countFrames() {
    const frames = new Map();
    for (const participant of participants) {
      const videos = await readStats(participant, 'inbound-rtp', 'video');
      for (const { trackIdentifier, framesDecoded } of videos) {
        frames.set(`${participant.name} ${trackIdentifier}`, framesDecoded);
      }
    }
    assert.ok(frames.size >= participants.length, 'videos to watch');
    return frames;
  }

  return {
    end() {
      ended = true;
      return watched;
    },
  };
}

/** Ids of the videos that someone decodes. */
export async function videosOf(who) {
  const videos = await readStats(who, 'inbound-rtp', 'video');
  return videos
    .filter(({ framesDecoded }) => framesDecoded > 0)
    .map(({ trackIdentifier }) => trackIdentifier);
}

/** Waits until so many videos are decoded as before, none of which was there before. */
export async function untilOtherVideos(who, before) {
  await until(
    `other videos at ${who.name}'s`,
    () => videosOf(who),
    (now) =>
      now.length === before.length && now.every((id) => !before.includes(id)),
  );
}

/** ICE username fragments of a page's peer connections. */
export function iceNameOf({ page }) {
  return page.evaluate(() =>
    window.peerConnections
      .filter(({ connectionState }) => connectionState === 'connected')
      .map(
        ({ remoteDescription: { sdp } }) => /a=ice-ufrag:(\S+)/.exec(sdp)[1],
      ),
  );
}

/** Number of peer connections that a page has made so far. */
export function countPeerConnections({ page }) {
  return page.evaluate(() => window.peerConnections.length);
}

/** Pids of the Workers of a program: children of any of its threads. */
export function workersOf({ pid }) {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks)
    .flatMap((task) =>
      readFileSync(join(tasks, task, 'children'), 'utf8').split(' '),
    )
    .filter((child) => child !== '' && isWorker(child))
    .map(Number);
}

function isWorker(pid) {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    .split('\0')[0]
    .endsWith('remote-mediasoup-worker');
}

/**
 * `it()` for steps that build on each other: of one that fails, evidence is kept.
 *
 * @param {() => object[]} getParticipants
 */
export function stepsOf(getParticipants) {
  return (title, run) =>
    it(title, { timeout: STEP_TIMEOUT_MS }, async () => {
      try {
        await run();
      } catch (error) {
        await keepEvidence(title, getParticipants().filter(Boolean));
        throw error;
      }
    });
}

/** Keeps a picture of every page and what its console said. */
async function keepEvidence(title, participants) {
  mkdirSync(EVIDENCE_DIR, { recursive: true });
  for (const { name, page, log } of participants) {
    const file = join(EVIDENCE_DIR, `${title} ${name}`.replace(/\W+/g, '-'));
    writeFileSync(`${file}.log`, log.join('\n'));
    await page.screenshot({ path: `${file}.png` });
  }
}
