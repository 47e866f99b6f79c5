/**
 * Test of `remote-mediasoup port --write` on the sample applications. Afterwards each must be either
 * unchanged, or ported with a patch that undoes it.
 */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';

import { applications } from './applications.mjs';
import { command } from './command.mjs';
import { look, make, port } from './port.mjs';

const PATCH = 'remote-mediasoup.patch';

/** One for each folder that there is. */
const names = Object.keys(applications).filter(
  (name) => !applications[name].folder,
);

describe('port', { timeout: 10 * 60_000 }, () => {
  for (const name of names) {
    it(`makes the swap in one line, and undoes it: ${name}`, async (t) => {
      const application = make(t, name);
      const before = snapshot(application);
      const { code, stdout } = await port(application, '--write');

      assert.ok(code < 2);
      assert.match(stdout, /^The change: 1 line$/m);
      assert.match(
        application.read('package.json'),
        /"mediasoup": "npm:remote-mediasoup@[\^~]?3\.27\.1"/,
      );
      assert.ok(stdout.includes(application.read(PATCH)));
      assert.match((await port(application)).stdout, /already\.$/m);
      undo(application);
      assert.deepEqual(snapshot(application), before);
    });

    it(`rewrites imports, and undoes it: ${name}`, async (t) => {
      const application = make(t, name);
      const before = snapshot(application);
      const { told } = await look(application);

      await port(application, '--to', 'require', '--write');

      const { told: after } = await look(application, '--to', 'require');

      assert.equal(after.isPorted, true);
      assert.deepEqual(
        after.imports.map(({ specifier }) => specifier),
        told.imports.map(({ specifier }) => `remote-${specifier}`),
      );
      undo(application);
      assert.deepEqual(snapshot(application), before);
    });
  }

  it('changes nothing without --write', async (t) => {
    const application = make(t, 'require');
    const before = snapshot(application);
    const { stdout } = await port(application, '--to', 'require');

    assert.match(stdout, /^\+.*require\('remote-mediasoup'\)/m);
    assert.deepEqual(snapshot(application), before);
  });

  it('changes every package.json of a workspace, and no peer', async (t) => {
    const application = make(t, 'import-named');

    application.write(
      'packages/a/package.json',
      '{"devDependencies":{"mediasoup":"^3.0.0"},\r\n"peerDependencies":{"mediasoup":"3"}}',
    );
    await port(application, '--write');
    assert.equal(
      application.read('packages/a/package.json'),
      '{"devDependencies":{"mediasoup":"npm:remote-mediasoup@^3.27.1"},\r\n"peerDependencies":{"mediasoup":"3"}}',
    );
    undo(application);
  });

  it('keeps ends of lines, byte order marks and modes as they are', async (t) => {
    const application = make(t, 'require');
    const text = "\uFEFF'use strict';\r\nconst m = require('mediasoup');\r\n";

    application.write('crlf.js', text);
    fs.chmodSync(path.join(application.folder, 'crlf.js'), 0o755);
    await port(application, '--to', 'require', '--write');
    assert.equal(
      application.read('crlf.js'),
      text.replace('mediasoup', 'remote-mediasoup'),
    );
    assert.equal(
      fs.statSync(path.join(application.folder, 'crlf.js')).mode & 0o777,
      0o755,
    );
  });

  it('leaves alone what it cannot read', async (t) => {
    const application = make(t, 'import-named');
    const bytes = Buffer.from("require('mediasoup'); // \xe9", 'latin1');
    const file = path.join(application.folder, 'latin1.js');

    fs.writeFileSync(file, bytes);
    application.write('large.js', `${' '.repeat(2 ** 20)}require('mediasoup')`);
    application.write('fixtures/package.json', '{ "mediasoup": ');

    const { told } = await look(application, '--to', 'require', '--write');

    assert.deepEqual(
      told.skipped.map((one) => one.file),
      ['large.js', 'latin1.js', 'fixtures/package.json'].sort(bySkipping),
    );
    assert.deepEqual(fs.readFileSync(file), bytes);
  });

  describe('refuses', () => {
    it('what is not an application', async (t) => {
      const application = make(t, 'import-named');

      for (const [args, pattern] of [
        [[path.join(application.folder, 'none')], /is not a directory/],
        [[application.folder, application.folder], /one directory/],
        [[application.folder, '--to', 'elsewhere'], /--to is/],
        [[application.folder, '--delete'], /--delete/],
      ]) {
        const { code, stderr } = await command(['port', ...args]);

        assert.equal(code, 2);
        assert.match(stderr, pattern);
      }
    });

    it('what does not use mediasoup', async (t) => {
      const application = make(t, 'import-named');

      for (const file of ['server.js', 'media.js', 'package.json']) {
        application.write(file, '{}');
      }
      assert.equal((await port(application)).code, 2);
    });

    it('a package.json that is none', async (t) => {
      const application = make(t, 'import-named');

      application.write('package.json', '{ "dependencies": { "mediasoup": ');

      const before = snapshot(application);
      const { code, stderr } = await port(application, '--write');

      assert.equal(code, 2);
      assert.match(stderr, /package\.json is not valid JSON/);
      assert.deepEqual(snapshot(application), before);
    });

    it('files that are not committed', async (t) => {
      const application = make(t, 'import-named');
      const git = (...args) =>
        execFileSync(
          'git',
          ['-c', 'user.name=t', '-c', 'user.email=t', ...args],
          {
            cwd: application.folder,
            stdio: 'ignore',
          },
        );

      git('init');
      git('add', 'package.json', '*.js');
      git('commit', '-m', 'all');
      application.write(
        'package.json',
        `${application.read('package.json')}\n`,
      );

      const before = snapshot(application);
      const refused = await port(application, '--write');

      assert.equal(refused.code, 3);
      assert.match(refused.stderr, /aren't committed: package\.json/);
      assert.deepEqual(snapshot(application), before);
      assert.equal((await port(application, '--write', '--force')).code, 0);

      git('commit', '-am', 'ported');
      git('apply', '-R', '--check', PATCH);
    });

    it('to write over an earlier patch', async (t) => {
      const application = make(t, 'import-named');

      application.write(PATCH, 'the way back');

      const before = snapshot(application);

      assert.equal((await port(application, '--write')).code, 3);
      assert.deepEqual(snapshot(application), before);
    });

    it('to write some files and not others', async (t) => {
      const application = make(t, 'require');
      const before = snapshot(application);
      const { code } = await command(
        ['port', application.folder, '--to', 'require', '--write'],
        { env: { NODE_OPTIONS: `--require ${failingRename(application)}` } },
      );

      assert.equal(code, 3);
      assert.deepEqual(snapshot(application), before);
    });
  });

  it('is listed by --help, and explained by its own', async () => {
    const { stdout } = await command(['--help']);

    for (const name of ['port', 'doctor', 'serve']) {
      assert.match(stdout, new RegExp(`^ {2}${name} +\\w`, 'm'));

      const own = await command([name, '--help']);

      assert.equal(own.code, 0);
      assert.match(
        own.stdout,
        new RegExp(`Usage: remote-mediasoup[ -]${name}`),
      );
    }
    assert.match((await command(['help', 'port'])).stdout, /Exit codes/);
  });
});

/** The application's files and what they hold. */
function snapshot({ folder }) {
  return Object.fromEntries(
    fs
      .readdirSync(folder, { recursive: true, withFileTypes: true })
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((file) => !/node_modules|\.git\/|failing/.test(file))
      .filter((file) => fs.statSync(file).isFile())
      .map((file) => [file, fs.readFileSync(file, 'latin1')]),
  );
}

function undo({ folder }) {
  execFileSync('git', ['apply', '-R', '--whitespace=nowarn', PATCH], {
    cwd: folder,
  });
  fs.rmSync(path.join(folder, PATCH));
}

/** A module whose loading makes the third renaming of a file fail: the first is the patch's. */
function failingRename(application) {
  application.write(
    'node_modules/failing.js',
    `const fs = require('node:fs');
     const { renameSync } = fs;
     let count = 0;
     fs.renameSync = (...args) => {
       count += 1;
       if (count === 3) throw new Error('the disk is full');
       renameSync(...args);
     };`,
  );

  return path.join(application.folder, 'node_modules/failing.js');
}

/** Files that can't be read come first, then invalid manifests. */
function bySkipping(a, b) {
  const isManifest = (file) => file.endsWith('package.json');

  return isManifest(a) - isManifest(b) || (a < b ? -1 : 1);
}
