/**
 * Test of the example meeting with two Chromium pages, each of which must decode what the other sends. It
 * runs once per place of the Worker: on this machine, on a server, on several processes; only the environment
 * of the application differs.
 *
 * The steps build on each other, as they do for people: join, see and hear, chat, share a screen, look
 * closer, lose this and that, leave.
 */

import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { Proxy } from '../support/proxy.mjs';
import { TestServer } from '../support/server.mjs';
import { Application } from './application.mjs';
import {
  comeIn,
  countPeerConnections,
  iceNameOf,
  launchChromium,
  leave,
  messageOf,
  mute,
  mutedAt,
  openChat,
  press,
  readStats,
  reconnecting,
  say,
  sayTo,
  stepsOf,
  tileOf,
  until,
  untilGrowing,
  untilOtherVideos,
  untilVideos,
  untilWidth,
  videosOf,
  watchVideos,
  workersOf,
} from './support.mjs';

/** The proxy may end a connection in any of its ways. */
const random = { below: () => 0 };

const LIMITS = { concurrency: 1, timeout: 600_000 };
const WINDOW = { width: 1000, height: 700 };
const SMALL_WINDOW = { width: 320, height: 240 };
const LARGE_WINDOW = { width: 1800, height: 1100 };
/** Time limit for recovering from a dead Worker. */
const RECOVERY_MS = 5000;

const MODES = {
  local: { server: 'local' },
  remote: { server: '127.0.0.1', needsServer: true },
  vertical: { server: 'local', env: { REMOTE_MEDIASOUP_VERTICAL: '1' } },
};

for (const [mode, { server: place, needsServer, env }] of Object.entries(
  MODES,
)) {
  describe(`two browsers in a meeting, ${mode}`, LIMITS, () => {
    let server, application, proxy, browser, alice, bob, workers, url;

    before(async () => {
      server =
        needsServer &&
        (await TestServer.start({
          args: ['--announced-address', '127.0.0.1'],
        }));
      application = new Application({ ...server?.env?.(), ...env });
      await application.start();
      proxy = await Proxy.start({
        target: new URL(application.url).port,
        random,
      });
      url = `http://127.0.0.1:${proxy.port}/room/browser-test`;
      workers = workersOf(server || application);
      browser = await launchChromium();
      const context = { viewport: WINDOW };
      alice = await comeIn(browser, { name: 'Alice', url, context });
      bob = await comeIn(browser, { name: 'Bob', url, context });
    });

    after(async () => {
      await browser?.close();
      await proxy?.close();
      await application?.stop();
      await server?.stop?.();
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
      'a smaller tile gets a smaller picture, a larger one a larger',
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

    step('a tile tells what is behind it', async () => {
      const details = tileOf(alice, 'Bob').locator('.details');
      const text = await until(
        'layer and bitrate of Bob',
        () => details.innerText(),
        (text) => /layer \d\/\d/.test(text) && /↓ [1-9]/.test(text),
      );
      const { media } = await lobby();
      assert.ok(text.includes(place), text);
      assert.ok(text.includes(`worker ${media.worker}`), text);
      assert.equal(media.link, needsServer ? 'up' : 'none');
    });

    step('chat messages cross both ways', async () => {
      await both(openChat);
      await sayTo(bob, alice, 'Hello Bob');
      await sayTo(alice, bob, 'Hello Alice');
    });

    step(
      'a muted microphone shows, and so does one that is on again',
      async () => {
        await mute(bob);
        await mutedAt(alice, 'Bob').waitFor();
        await mute(bob);
        await mutedAt(alice, 'Bob').waitFor({ state: 'hidden' });
        await untilGrowing(alice, 'audio', ['totalAudioEnergy']);
      },
    );

    step('who speaks is shown', async () => {
      await mute(alice);
      await speakerAt(alice, 'Bob');
      await speakerAt(bob, 'Bob (you)');
      await mute(alice);
      await mute(bob);
      await speakerAt(bob, 'Alice');
      await mute(bob);
    });

    step("a camera that is off shows at the other's", async () => {
      const video = tileOf(alice, 'Bob').locator('video');
      await press(bob, 'Camera');
      await video.waitFor({ state: 'hidden' });
      await press(bob, 'Camera');
      await video.waitFor({ state: 'visible' });
      await untilGrowing(alice, 'video', ['framesDecoded']);
    });

    step('a screen is shared, takes the stage, and is gone again', async () => {
      await press(alice, 'Share screen');
      const screen = tileOf(bob, "Alice's screen");
      await screen.locator('video').waitFor();
      await untilVideos(bob, 2);
      const [stage, person] = await Promise.all(
        [screen, tileOf(bob, 'Alice')].map((tile) => tile.boundingBox()),
      );
      assert.ok(stage.width > 2 * person.width, 'the stage is larger');
      await press(alice, 'Share screen');
      await screen.waitFor({ state: 'detached' });
      await untilVideos(bob, 1);
    });

    step('media finds another way when the network changes', async () => {
      const names = await both(iceNameOf);
      const videos = watchVideos([alice, bob]);
      await both(({ page }) =>
        page.evaluate(() => window.dispatchEvent(new Event('online'))),
      );
      for (const [i, who] of [alice, bob].entries()) {
        await until(
          'other ICE credentials',
          () => iceNameOf(who),
          (now) => now.every((name) => !names[i].includes(name)),
        );
      }
      await videos.end();
    });

    step('a page that loses the application misses nothing', async () => {
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
      await mute(alice);
      assert.deepEqual(await both(countPeerConnections), connections);
    });

    step('who leaves is gone, and may come back', async () => {
      await leave(bob);
      await tileOf(alice, 'Bob').waitFor({ state: 'detached' });
      await bob.page.getByRole('link', { name: 'browser-test' }).click();
      await bob.page.getByRole('button', { name: 'Join' }).click();
      await both((who) => untilVideos(who, 1));
      await openChat(bob);
      await sayTo(bob, alice, 'Welcome back');
    });

    step('who closes the page is gone at once', async () => {
      const carol = await comeIn(browser, { name: 'Carol', url });
      await tileOf(alice, 'Carol').waitFor();
      const closedAt = Date.now();
      await carol.page.close({ runBeforeUnload: true });
      await tileOf(alice, 'Carol').waitFor({ state: 'detached' });
      assert.ok(Date.now() - closedAt < 10_000);
    });

    step('all of it is there by keyboard', async () => {
      await alice.page.locator('#microphone').focus();
      await alice.page.keyboard.press('m');
      await mutedAt(bob, 'Alice').waitFor();
      await alice.page.keyboard.press('Space');
      await mutedAt(bob, 'Alice').waitFor({ state: 'hidden' });
      const reached = [];
      for (let i = 0; i < 4; i += 1) {
        await alice.page.keyboard.press('Tab');
        reached.push(
          await alice.page.evaluate(() => document.activeElement.ariaLabel),
        );
      }
      assert.deepEqual(reached, ['Camera', 'Share screen', 'Chat', 'Leave']);
    });

    step('the lobby leads to it', async () => {
      const page = await browser.newPage();
      await page.goto(application.url);
      await page.getByRole('img', { name: 'QR code' }).waitFor();
      const room = page.getByRole('link', { name: 'browser-test 2 people' });
      await room.click();
      await page.getByLabel('Your name').waitFor();
      await page.close();
    });

    // A Worker built with an unsuited OpenSSL dies in a browser's DTLS handshake.
    step('no Worker has died of it', () => {
      const now = workersOf(server || application);
      assert.ok(workers.length > 0);
      assert.ok(
        workers.every((pid) => now.includes(pid)),
        `${workers} are still there`,
      );
    });

    step("after its Workers' death the room comes back by itself", async () => {
      const before = await both(videosOf);
      const connections = await both(countPeerConnections);
      const killedAt = performance.now();
      for (const pid of workersOf(server || application)) {
        process.kill(pid, 'SIGKILL');
      }
      await both((who) => untilOtherVideos(who, before[who === alice ? 0 : 1]));
      const tookMs = performance.now() - killedAt;
      assert.ok(tookMs < RECOVERY_MS, `${tookMs} ms`);
      await sayTo(bob, alice, 'And we are back');
      await both((who) => untilGrowing(who, 'audio', ['totalAudioEnergy']));
      const now = await both(countPeerConnections);
      assert.deepEqual(
        now,
        connections.map((count) => count + 2),
      );
    });

    async function lobby() {
      return (await fetch(`${application.url}/lobby.json`)).json();
    }

    function both(check) {
      return Promise.all([check(alice), check(bob)]);
    }
  });
}

/** Waits until someone's tile is the one of who speaks. */
async function speakerAt(who, name) {
  await until(
    `${name} speaking at ${who.name}'s`,
    () => tileOf(who, name).getAttribute('class'),
    (names) => names.split(' ').includes('speaker'),
  );
}

function isSent({ active, bytesSent }) {
  return active && bytesSent > 0;
}
