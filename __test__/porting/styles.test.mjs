/**
 * Test of the sample applications with this package in mediasoup's place, packed and installed by npm: they
 * must run unchanged on the alias, with Workers of this machine and of a server, and with imports that
 * `remote-mediasoup port` rewrote.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';

import { TestServer } from '../support/server.mjs';
import { Application, applications } from './applications.mjs';
import { command } from './command.mjs';
import { Registry } from './registry.mjs';

describe('an application runs', { timeout: 20 * 60_000 }, () => {
  let registry;
  let server;
  let alias;
  let ownName;

  before(async () => {
    registry = await Registry.start();
    alias = await registry.install('mediasoup@npm:remote-mediasoup');
    ownName = await registry.install('remote-mediasoup');
    server = await TestServer.start();
  });

  after(async () => {
    await server?.stop();
    await registry?.close();
  });

  it('once npm has put our package in the place of mediasoup', () => {
    const manifest = JSON.parse(
      fs.readFileSync(path.join(alias, 'package.json'), 'utf8'),
    );

    assert.match(
      manifest.dependencies.mediasoup,
      /^npm:remote-mediasoup@\^\d+\.\d+\.\d+$/,
    );
    assert.ok(
      !fs.existsSync(path.join(alias, 'node_modules', 'remote-mediasoup')),
    );
    assert.ok(!fs.existsSync(path.join(ownName, 'node_modules', 'mediasoup')));
  });

  for (const [name, { output }] of Object.entries(applications)) {
    it(`unchanged on the alias, its Workers here and on a server: ${name}`, async () => {
      const application = new Application(name, alias);

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
      const application = new Application(name, ownName);

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
