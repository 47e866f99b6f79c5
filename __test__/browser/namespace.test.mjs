/**
 * Test of the example meeting whose Worker runs on a server in another network namespace, which stands for
 * another host. Only the application's environment variables differ. A failure means that signalling or media
 * needs both on one machine.
 *
 * Namespaces need root. Without it the test is skipped, with that reason.
 */

import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { TestServer } from '../support/server.mjs';
import { Application } from './application.mjs';
import { Namespace } from './namespace.mjs';
import {
  comeIn,
  launchChromium,
  openChat,
  readStats,
  sayTo,
  stepsOf,
  untilGrowing,
  untilVideos,
} from './support.mjs';

const LIMITS = { concurrency: 1, timeout: 300_000 };
const skip = Namespace.whyNot();

describe('a meeting on another host', { ...LIMITS, skip }, () => {
  let namespace, server, application, browser, alice, bob;

  before(async () => {
    namespace = new Namespace();
    server = await TestServer.start({
      command: namespace.command,
      host: namespace.address,
      args: ['--announced-address', namespace.address],
    });
    application = new Application(server.env());
    await application.start();
    browser = await launchChromium();
    const url = `${application.url}/room/elsewhere`;
    alice = await comeIn(browser, { name: 'Alice', url });
    bob = await comeIn(browser, { name: 'Bob', url });
  });

  after(async () => {
    await browser?.close();
    await application?.stop();
    await server?.stop();
    await namespace?.remove();
  });

  const step = stepsOf(() => [alice, bob]);

  step("each decodes the other's video and sound", async () => {
    for (const who of [alice, bob]) {
      await untilVideos(who, 1);
      await untilGrowing(who, 'audio', ['totalAudioEnergy', 'bytesReceived']);
    }
  });

  step('chat messages cross', async () => {
    await openChat(alice);
    await openChat(bob);
    await sayTo(bob, alice, 'Hello over there');
  });

  step('media goes to the other host, and nowhere else', async () => {
    for (const who of [alice, bob]) {
      const candidates = await readStats(who, 'remote-candidate');
      const addresses = new Set(candidates.map(({ address }) => address));
      assert.deepEqual([...addresses], [namespace.address]);
    }
  });
});
