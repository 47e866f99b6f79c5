/**
 * Temporary Git repositories for the tests of the release scripts: a checkout with nothing in it but the
 * files that name the version.
 */

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { root } from '../../scripts/lib/project.mjs';
import { temporaryFolder } from '../support/temporary.mjs';

const FILES = [
  'package.json',
  'package-lock.json',
  'CHANGELOG.md',
  'Cargo.toml',
  'Cargo.lock',
  'native/worker/Cargo.toml',
  'native/worker/Cargo.lock',
  'fuzz/Cargo.lock',
  'README.md',
  'docs/PROTOCOL.md',
  'npm/linux-x64-gnu/package.json',
  'port/package.json',
];

/** Committed, with a changelog that is ready. */
export function checkout(test) {
  const folder = temporaryFolder(test);

  for (const file of FILES) {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.copyFileSync(path.join(root, file), path.join(folder, file));
  }

  edit(folder, 'CHANGELOG.md', /\(unreleased\)/i, '(2026-01-31)');
  git(folder, 'init', '--quiet');
  commit(folder);

  return folder;
}

export function edit(folder, file, from, to) {
  const place = path.join(folder, file);

  fs.writeFileSync(place, fs.readFileSync(place, 'utf8').replace(from, to));
}

export function commit(folder) {
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--message', 'a commit');
}

function git(folder, ...args) {
  // Whatever the user's own settings are: no hooks, no signature.
  const settings = {
    'user.name': 'a test',
    'user.email': 'test@localhost',
    'commit.gpgSign': 'false',
    'core.hooksPath': '.none',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);

  execFileSync('git', [...options, ...args], { cwd: folder });
}
