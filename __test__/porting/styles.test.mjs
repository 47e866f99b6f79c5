/**
 * Applications of each style of import run unchanged on the alias, with Workers of this machine and with
 * Workers on a server, and with the name of this package written into them by `remote-mediasoup port`.
 */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { TestServer } from '../support/server.mjs';
import { Application, applications } from './applications.mjs';
import { command } from './command.mjs';

describe('an application runs', { timeout: 20 * 60_000 }, () => {
  let server;

  before(async () => {
    server = await TestServer.start();
  });

  after(() => server?.stop());

  for (const [name, { output }] of Object.entries(applications)) {
    it(`unchanged on the alias, its Workers here and on a server: ${name}`, async () => {
      const application = new Application(name);

      try {
        await application.build();

        for (const env of [{}, server.env()]) {
          assertOutput(await application.run(env), output);
        }
      } finally {
        application.remove();
      }
    });

    it(`with its imports rewritten: ${name}`, async () => {
      const application = new Application(name, 'remote-mediasoup');

      try {
        const { code, stderr } = await command([
          ...['port', application.folder],
          ...['--to', 'require', '--write'],
        ]);

        assert.ok(code < 2, stderr);
        await application.build();
        assertOutput(await application.run(), output);
      } finally {
        application.remove();
      }
    });
  }
});

function assertOutput({ stdout }, output) {
  if (output) {
    assert.deepEqual(JSON.parse(stdout.trim().split('\n').at(-1)), output);
  }
}
