/**
 * Tests of publishing a release, against a fake npm and a temporary Git repository: the order of the packages, going on
 * after an interruption, the tag, limits of sizes.
 */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { it } from 'node:test';

import { judge } from '../../scripts/release/budget.mjs';
import { publish } from '../../scripts/release/publish.mjs';
import { tag } from '../../scripts/release/tag.mjs';
import { git } from '../../scripts/release/tree.mjs';
import { root } from '../../scripts/lib/project.mjs';
import { checkout, commit, edit } from './support.mjs';
import { temporaryFolder } from '../support/temporary.mjs';

it('publishes in the given order, with provenance', async (test) => {
  const tarballs = ['platform', 'main'].map((name) =>
    tarballOf(temporaryFolder(test), name),
  );
  const npm = fakeNpm();

  await publish(tarballs, { provenance: true, npm });
  assert.deepEqual(
    npm.calls,
    tarballs.map((tarball) => [
      tarball,
      '--access=public',
      '--tag=latest',
      '--provenance',
    ]),
  );
});

it('keeps a prerelease from who asks for no version', async (test) => {
  const npm = fakeNpm();

  await publish([tarballOf(temporaryFolder(test), 'main', '1.0.0-rc.1')], {
    provenance: false,
    npm,
  });
  assert.deepEqual(npm.calls[0].slice(1), ['--access=public', '--tag=next']);
});

it('goes on where it was interrupted', async (test) => {
  const [first, second] = ['platform', 'main'].map((name) =>
    tarballOf(temporaryFolder(test), name),
  );
  const npm = fakeNpm({ 'platform@1.0.0': integrityOf(first) });

  await publish([first, second], { provenance: false, npm });
  assert.deepEqual(
    npm.calls.map(([tarball]) => tarball),
    [second],
  );
});

it('stops at a version that is published with another content', async (test) => {
  const npm = fakeNpm({ 'main@1.0.0': 'sha512-of-something-else' });

  await assert.rejects(
    publish([tarballOf(temporaryFolder(test), 'main')], {
      provenance: false,
      npm,
    }),
    /take the next one/,
  );
  assert.deepEqual(npm.calls, []);
});

it('needs no installed module, so that none runs beside the token', (test) => {
  const folder = temporaryFolder(test);

  fs.cpSync(path.join(root, 'scripts'), path.join(folder, 'scripts'), {
    recursive: true,
  });

  const help = execFileSync('node', ['scripts/publish.mjs', '--help'], {
    cwd: folder,
    encoding: 'utf8',
  });

  assert.match(help, /npm run release:publish/);
});

it('tags HEAD once, and no commit after it', (test) => {
  const folder = checkout(test);

  git(folder, 'config', 'user.name', 'a test');
  git(folder, 'config', 'user.email', 'test@localhost');
  git(folder, 'config', 'tag.gpgSign', 'false');
  assert.equal(tag(folder, '1.0.0', '1.0.0\n\n# Notes'), 'v1.0.0');
  assert.equal(tag(folder, '1.0.0', '1.0.0\n\n# Notes'), 'v1.0.0');
  assert.match(git(folder, 'cat-file', 'tag', 'v1.0.0'), /\n# Notes$/);

  edit(folder, 'README.md', /^/, '\n');
  commit(folder);
  assert.throws(() => tag(folder, '1.0.0', ''), /on another commit/);
});

it('names what is larger than its limit', () => {
  const { lines, errors } = judge([
    { name: 'small', bytes: 1 << 20, limit: 2 << 20 },
    { name: 'large', bytes: 3 << 20, limit: 2 << 20 },
  ]);

  assert.deepEqual(lines, [
    'small    1.00 MiB of   2.00 MiB   50 %',
    'large    3.00 MiB of   2.00 MiB  150 %',
  ]);
  assert.equal(errors.length, 1);
  assert.match(errors[0], /^large has 3\.00 MiB/);
});

/** A registry that has what `published` says: `name@version` to integrity. */
function fakeNpm(published = {}) {
  const calls = [];

  return {
    calls,
    publish: async (args) => calls.push(args),
    integrityOf: (spec) => published[spec] ?? '',
  };
}

function tarballOf(folder, name, version = '1.0.0') {
  const file = path.join(folder, `${name}.tgz`);

  fs.mkdirSync(path.join(folder, 'package'));
  fs.writeFileSync(
    path.join(folder, 'package/package.json'),
    JSON.stringify({ name, version }),
  );
  execFileSync('tar', ['-czf', file, '-C', folder, 'package']);

  return file;
}

function integrityOf(file) {
  const sum = createHash('sha512').update(fs.readFileSync(file));

  return `sha512-${sum.digest('base64')}`;
}
