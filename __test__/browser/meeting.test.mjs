/**
 * Two real browsers meet through the example: what one sends, the other decodes.
 *
 * The steps build on each other, as they do for people: come in, see and hear,
 * write, look closer, leave.
 */

import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { Proxy } from '../support/proxy.mjs';
import { startMeeting } from '../../examples/meeting/server.js';
import {
  comeIn,
  countPeerConnections,
  launchChromium,
  messageOf,
  mute,
  mutedAt,
  openChat,
  readStats,
  reconnecting,
  say,
  stepsOf,
  tileOf,
  until,
  untilGrowing,
  untilWidth,
  watchVideos,
} from './support.mjs';

/** Which of its ways to end a connection the proxy takes doesn't matter here. */
const random = { below: () => 0 };

const LIMITS = { concurrency: 1, timeout: 600_000 };
const WINDOW = { width: 1000, height: 700 };
const SMALL_WINDOW = { width: 320, height: 240 };
const LARGE_WINDOW = { width: 1800, height: 1100 };

describe('two browsers in a meeting', LIMITS, () => {
  let meeting, proxy, browser, alice, bob, pid;

  before(async () => {
    meeting = await startMeeting({ port: 0, listenIp: '127.0.0.1' });
    ({ pid } = await meeting.getWorker());
    proxy = await Proxy.start({ target: new URL(meeting.url).port, random });
    browser = await launchChromium();
    const url = `http://127.0.0.1:${proxy.port}/room/browser-test`;
    const context = { viewport: WINDOW };
    alice = await comeIn(browser, { name: 'Alice', url, context });
    bob = await comeIn(browser, { name: 'Bob', url, context });
  });

  after(async () => {
    await browser?.close();
    await proxy?.close();
    await meeting?.close();
  });

  const step = stepsOf(() => [alice, bob]);

  step('each sees a tile of the other', async () => {
    await tileOf(alice, 'Bob').waitFor();
    await tileOf(bob, 'Alice').waitFor();
  });

  step("each decodes the other's video", async () => {
    await both((who) =>
      untilGrowing(who, 'video', ['framesDecoded', 'bytesReceived']),
    );
  });

  step('each hears the other', async () => {
    await both((who) =>
      untilGrowing(who, 'audio', ['totalAudioEnergy', 'bytesReceived']),
    );
  });

  step('each sends its camera as simulcast', async () => {
    await both(async (who) => {
      const layers = await until(
        'second layer sent',
        () => readStats(who, 'outbound-rtp', 'video'),
        (layers) => layers.filter(isSent).length >= 2,
      );
      assert.equal(layers.length, 3, 'layers that were negotiated');
    });
  });

  step(
    'a smaller window gets a smaller picture, a larger one a larger',
    async () => {
      await bob.page.setViewportSize(SMALL_WINDOW);
      await untilWidth(bob, (width) => width <= 320);

      await bob.page.setViewportSize(LARGE_WINDOW);
      await untilWidth(bob, (width) => width >= 640);

      await bob.page.setViewportSize(SMALL_WINDOW);
      await untilWidth(bob, (width) => width <= 320);
      await bob.page.setViewportSize(WINDOW);
    },
  );

  step('chat messages cross both ways', async () => {
    await both(openChat);
    await say(alice, 'Hello Bob');
    await messageOf(bob, 'Hello Bob').waitFor();
    await say(bob, 'Hello Alice');
    await messageOf(alice, 'Hello Alice').waitFor();
  });

  step("a camera that is off shows at the other's", async () => {
    const video = tileOf(alice, 'Bob').locator('video');
    const camera = bob.page.getByRole('button', { name: 'Turn camera off' });
    await camera.click();
    await video.waitFor({ state: 'hidden' });
    await camera.click();
    await video.waitFor({ state: 'visible' });
    await untilGrowing(alice, 'video', ['framesDecoded']);
  });

  step('a page that loses the server misses nothing', async () => {
    const connections = await both(countPeerConnections);
    const videos = watchVideos([alice, bob]);
    proxy.block();
    await both((who) => reconnecting(who).waitFor());
    await say(alice, 'Still there?');
    await messageOf(bob, 'Still there?').waitFor();
    await mute(alice);
    proxy.open();
    await both((who) => reconnecting(who).waitFor({ state: 'detached' }));
    await mutedAt(bob, 'Alice').waitFor();
    await videos.end();
    assert.deepEqual(await both(countPeerConnections), connections);
  });

  step('who leaves is gone', async () => {
    await bob.page.getByRole('button', { name: 'Leave' }).click();
    await tileOf(alice, 'Bob').waitFor({ state: 'detached' });
  });

  // A Worker built with an unsuited OpenSSL dies in a browser's DTLS handshake.
  step('all of it was one Worker, and it lives', async () => {
    const worker = await meeting.getWorker();
    assert.equal(worker.pid, pid);
    assert.equal(worker.died, false);
    assert.ok(process.kill(pid, 0));
  });

  step('who closes the page is gone at once', async () => {
    const url = `${meeting.url}/room/browser-test`;
    const carol = await comeIn(browser, { name: 'Carol', url });
    await tileOf(alice, 'Carol').waitFor();
    const closedAt = Date.now();
    await carol.page.close({ runBeforeUnload: true });
    await tileOf(alice, 'Carol').waitFor({ state: 'detached' });
    assert.ok(Date.now() - closedAt < 10_000);
  });

  step("after a Worker's death the room comes back by itself", async () => {
    await bob.page.getByRole('link', { name: 'Join again' }).click();
    await bob.page.getByRole('button', { name: 'Join' }).click();
    await tileOf(alice, 'Bob').waitFor();
    const [old] = await until(
      'video of Bob',
      () => readStats(alice, 'inbound-rtp', 'video'),
      ([video]) => video?.framesDecoded > 0,
    );
    process.kill(pid, 'SIGKILL');

    await until(
      'other video of Bob',
      () => readStats(alice, 'inbound-rtp', 'video'),
      ([video]) =>
        video?.framesDecoded > 0 &&
        video.trackIdentifier !== old.trackIdentifier,
    );
    const worker = await meeting.getWorker();
    assert.notEqual(worker.pid, pid);
    assert.ok(process.kill(worker.pid, 0));
  });

  function both(check) {
    return Promise.all([check(alice), check(bob)]);
  }
});

function isSent({ active, bytesSent }) {
  return active && bytesSent > 0;
}
