/**
 * Chromium with a made-up camera and microphone, driven by playwright: finding
 * it, starting it, coming into a meeting with it, and reading what its peer
 * connections really send and receive.
 */

import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

/** What a failed test leaves for whoever looks into it; ignored by git. */
const EVIDENCE_DIR = fileURLToPath(
  new URL('../.generated/browser', import.meta.url),
);

/** Starting media takes a second; a busy machine may take many times that. */
const PATIENCE_MS = 60_000;
const POLL_INTERVAL_MS = 200;

const CHROMIUM_ARGS = [
  // Ten frames a second are enough to prove a thing and leave time to others.
  '--use-fake-device-for-media-stream=fps=10',
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

export function launchChromium() {
  return chromium.launch({
    executablePath: findChromium(),
    args: CHROMIUM_ARGS,
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

export async function openChat({ page }) {
  await page.getByRole('button', { name: 'Chat' }).click();
}

/** Writes a message to everyone, the chat being open. */
export async function say({ page }, text) {
  const input = page.getByLabel('Message to everyone');
  await input.fill(text);
  await input.press('Enter');
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

/** Keeps a picture of every page and what its console said. */
export async function keepEvidence(title, participants) {
  mkdirSync(EVIDENCE_DIR, { recursive: true });
  for (const { name, page, log } of participants) {
    const file = join(EVIDENCE_DIR, `${title} ${name}`.replace(/\W+/g, '-'));
    writeFileSync(`${file}.log`, log.join('\n'));
    await page.screenshot({ path: `${file}.png` });
  }
}
