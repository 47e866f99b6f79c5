/**
 * Test of a call in Chromium whose application is killed and started again. Its session on the media server
 * has a name and waits for it: video must go on, the pages must keep their peer connections, and the next
 * application must find all objects and continue with them.
 */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe } from 'node:test';
import { TestServer } from '../support/server.mjs';
import { Application } from './application.mjs';
import {
  comeIn,
  countPeerConnections,
  launchChromium,
  leave,
  messageOf,
  mute,
  mutedAt,
  openChat,
  reconnecting,
  say,
  sayTo,
  stepsOf,
  tileOf,
  untilVideos,
  untilWidth,
  watchVideos,
  workersOf,
} from './support.mjs';

const LIMITS = { concurrency: 1, timeout: 600_000 };
const WINDOW = { width: 1000, height: 700 };
const SMALL_WINDOW = { width: 320, height: 240 };

describe('a call while its application is restarted', LIMITS, () => {
  let server, application, browser, alice, bob, carol, workers, connections;

  before(async () => {
    server = await TestServer.start({
      args: ['--announced-address', '127.0.0.1'],
    });
    application = new Application(server.env({ session: randomUUID() }));
    await application.start();
    browser = await launchChromium();
    alice = await enter('Alice');
    bob = await enter('Bob');
    workers = workersOf(server);
  });

  after(async () => {
    await browser?.close();
    await application?.stop();
    await server?.stop();
  });

  function enter(name) {
    const url = `${application.url}/room/restart`;
    return comeIn(browser, { name, url, context: { viewport: WINDOW } });
  }

  const step = stepsOf(() => [alice, bob, carol]);

  step('each sees the other, and can write', async () => {
    await untilVideos(alice, 1);
    await untilVideos(bob, 1);
    connections = await Promise.all([alice, bob].map(countPeerConnections));
    await openChat(alice);
    await openChat(bob);
    await sayTo(bob, alice, 'Hello');
    await sayTo(alice, bob, 'Hello, too');
  });

  step('pictures and chat go on while there is no application', async () => {
    const videos = watchVideos([alice, bob]);
    assert.equal(await application.stop('SIGKILL'), 'SIGKILL');
    await reconnecting(alice).waitFor();
    await reconnecting(bob).waitFor();
    await say(bob, 'Still here?');
    await messageOf(alice, 'Still here?').waitFor();

    await application.start();
    await reconnecting(alice).waitFor({ state: 'detached' });
    await reconnecting(bob).waitFor({ state: 'detached' });
    await videos.end();
  });

  step('the next application goes on with what it finds', async () => {
    await mute(alice);
    await mutedAt(bob, 'Alice').waitFor();
    await bob.page.setViewportSize(SMALL_WINDOW);
    await untilWidth(bob, (width) => width <= 320);
    await bob.page.setViewportSize(WINDOW);
    assert.deepEqual(workersOf(server), workers);
  });

  step('a newcomer sees what is muted', async () => {
    const videos = watchVideos([alice, bob]);
    carol = await enter('Carol');
    for (const who of [alice, bob, carol]) {
      await untilVideos(who, 2);
    }
    await mutedAt(carol, 'Alice').waitFor();
    assert.equal(await mutedAt(carol, 'Bob').isVisible(), false);
    await videos.end();
  });

  step('the same when the application gets SIGTERM', async () => {
    const videos = watchVideos([alice, bob, carol]);
    assert.equal(await application.stop('SIGTERM'), 0);
    await reconnecting(carol).waitFor();
    await application.start();
    for (const who of [alice, bob, carol]) {
      await reconnecting(who).waitFor({ state: 'detached' });
    }
    await mute(alice);
    await mutedAt(bob, 'Alice').waitFor({ state: 'hidden' });
    await videos.end();
  });

  step('who leaves is gone', async () => {
    await leave(carol);
    await tileOf(alice, 'Carol').waitFor({ state: 'detached' });
    await untilVideos(alice, 1);
  });

  step('nothing had to begin anew', async () => {
    const now = await Promise.all([alice, bob].map(countPeerConnections));
    assert.deepEqual(now, connections);
    assert.deepEqual(workersOf(server), workers);
  });
});
