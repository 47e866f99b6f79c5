/**
 * Test of a call in Chromium while the link between the application and the media server is cut: video goes
 * on, requests made meanwhile are executed afterwards, and all of the application's objects stay open. A
 * failure means that users notice a lost link.
 */

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, describe } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Proxy } from '../support/proxy.mjs';
import { TestServer } from '../support/server.mjs';
import {
  comeIn,
  countPeerConnections,
  launchChromium,
  mute,
  mutedAt,
  stepsOf,
  untilOtherVideos,
  untilVideos,
  untilWidth,
  videosOf,
  watchVideos,
} from './support.mjs';

const require = createRequire(import.meta.url);

const LIMITS = { concurrency: 1, timeout: 600_000 };
const CUT_MS = 5000;
/** Time limit for a page once there is a media server again. */
const RECOVERY_MS = 5000;
const WINDOW = { width: 1000, height: 700 };
const SMALL_WINDOW = { width: 320, height: 240 };

/** The proxy may end a connection in any of its ways. */
const random = { below: () => 0 };

describe('a call while the link to the media server is down', LIMITS, () => {
  let server, proxy, meeting, worker, browser, alice, bob, carol, connections;
  /** mediasoup's open objects, and those that have ended. */
  const objects = new Set();
  const ends = [];

  before(async () => {
    server = await TestServer.start({
      args: ['--announced-address', '127.0.0.1'],
    });
    proxy = await Proxy.start({ target: server.port, random });
    Object.assign(process.env, server.env({ port: proxy.port }));
    // Not before the environment says where Workers are.
    const { observer } = require('remote-mediasoup');
    const { startMeeting } = require('../../examples/meeting/server.js');
    observer.on('newworker', watch);

    meeting = await startMeeting({
      ...process.env,
      PORT: '0',
      LISTEN_IP: '127.0.0.1',
    });
    worker = await meeting.media.getWorker();
    browser = await launchChromium();
    alice = await enter('Alice');
    bob = await enter('Bob');
  });

  after(async () => {
    await browser?.close();
    await meeting?.close();
    await proxy?.close();
    await server?.stop();
  });

  function watch(object) {
    objects.add(object);
    object.observer.on('close', () => ends.push(object.constructor.name));
    for (const child of [
      'router',
      'transport',
      'producer',
      'consumer',
      'dataproducer',
      'dataconsumer',
    ]) {
      object.observer.on(`new${child}`, watch);
    }
  }

  function enter(name) {
    const url = `${meeting.url}/room/link`;
    return comeIn(browser, { name, url, context: { viewport: WINDOW } });
  }

  const step = stepsOf(() => [alice, bob, carol]);

  step('each sees the other', async () => {
    await untilVideos(alice, 1);
    await untilVideos(bob, 1);
    connections = await Promise.all([alice, bob].map(countPeerConnections));
  });

  step('pictures go on while the link is cut for 5 s', async () => {
    const videos = watchVideos([alice, bob]);
    proxy.block();
    await mute(alice);
    await linkAt(bob, 'down').waitFor();
    await delay(CUT_MS);
    assert.equal(await mutedAt(bob, 'Alice').isVisible(), false);
    proxy.open();
    await mutedAt(bob, 'Alice').waitFor();
    await linkAt(bob, 'up').waitFor();
    assert.ok((await videos.end()) >= CUT_MS);
  });

  step(
    'pictures go on while the link is silent until it is noticed',
    async () => {
      const videos = watchVideos([alice, bob]);
      proxy.swallow();
      await mute(bob);
      await mutedAt(alice, 'Bob').waitFor();
      await videos.end();
    },
  );

  step('layers change afterwards', async () => {
    await bob.page.setViewportSize(SMALL_WINDOW);
    await untilWidth(bob, (width) => width <= 320);
    await bob.page.setViewportSize(WINDOW);
    await untilWidth(bob, (width) => width >= 640);
  });

  step('another one comes in, sees and is seen', async () => {
    const videos = watchVideos([alice, bob]);
    carol = await enter('Carol');
    for (const who of [alice, bob, carol]) {
      await untilVideos(who, 2);
    }
    await videos.end();
  });

  step('the application has noticed nothing', async () => {
    assert.deepEqual(ends, []);
    assert.ok(objects.has(worker));
    assert.equal(await meeting.media.getWorker(), worker);
    for (const object of objects) {
      assert.equal(object.closed, false);
    }
    const now = await Promise.all([alice, bob].map(countPeerConnections));
    assert.deepEqual(now, connections);
    assert.ok(proxy.accepted >= 3, 'links that there were');
  });

  step('when the media server dies the room begins anew', async () => {
    const before = await Promise.all([alice, bob, carol].map(videosOf));
    await server.restart();
    const startedAt = performance.now();
    await Promise.all(
      [alice, bob, carol].map((who, i) => untilOtherVideos(who, before[i])),
    );
    const tookMs = performance.now() - startedAt;
    assert.ok(tookMs < RECOVERY_MS, `${tookMs} ms`);
    assert.notEqual(await meeting.media.getWorker(), worker);
    assert.equal(worker.died, true);
  });
});

/** State of the link from the application to the media server as a page shows it. */
function linkAt({ page }, state) {
  return page.locator(`[data-link=${state}] #place`);
}
