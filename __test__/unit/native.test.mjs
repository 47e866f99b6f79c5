/**
 * Test of the search for the addon and the worker binary (`lib/platform.js`, `lib/seam/native.js`) in copies
 * of `lib/`: a build from source comes before the platform's package, and without either the error says how
 * to install it.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { lib, repositoryRoot, temporaryFolder } from './support.mjs';

const built = path.dirname(lib('seam/native').workerBin);
const platform = path.basename(built);

/** A copy of the package without what is built. */
function install(folder) {
  const copy = path.join(folder, 'node_modules', 'remote-mediasoup');

  fs.cpSync(path.join(repositoryRoot, 'lib'), path.join(copy, 'lib'), {
    recursive: true,
  });

  return copy;
}

const SHOW = `
  try {
    console.log(require('./lib/seam/native').workerBin);
  } catch (error) {
    console.log(error.message);
  }`;

function show(copy) {
  return execFileSync(process.execPath, ['--eval', SHOW], {
    cwd: copy,
    encoding: 'utf8',
  }).trim();
}

test('what is nowhere is missed with the words that help', (t) => {
  const message = show(install(temporaryFolder(t)));

  assert.match(
    message,
    new RegExp(`has no remote-mediasoup.node for ${platform}`),
  );
  assert.match(message, new RegExp(`remote-mediasoup-${platform}`));
  assert.match(message, /npm install --include=optional/);
  assert.match(message, /npm run build/);
});

test('settings are read where there is no addon: the doctor tells of it', (t) => {
  const stdout = execFileSync(
    process.execPath,
    [
      '--eval',
      `const { environment } = require('./lib/remote/settings');
       console.log(environment({ REMOTE_MEDIASOUP_URL: 'ws://host' }).url);`,
    ],
    { cwd: install(temporaryFolder(t)), encoding: 'utf8' },
  );

  assert.match(stdout, /^ws:\/\/host/);
});

test('the platform’s package is found beside this one', (t) => {
  const folder = fs.realpathSync(temporaryFolder(t));
  const copy = install(folder);
  const name = `remote-mediasoup-${platform}`;
  const installed = path.join(folder, 'node_modules', name);

  fs.mkdirSync(installed);
  fs.writeFileSync(
    path.join(installed, 'package.json'),
    JSON.stringify({ name, version: '1.0.0' }),
  );
  fs.copyFileSync(
    path.join(built, 'remote-mediasoup.node'),
    path.join(installed, 'remote-mediasoup.node'),
  );
  assert.equal(show(copy), path.join(installed, 'remote-mediasoup-worker'));
});

test('what was built from source is preferred', (t) => {
  const copy = install(temporaryFolder(t));
  const own = path.join(copy, 'npm', platform);

  fs.mkdirSync(own, { recursive: true });
  fs.copyFileSync(
    path.join(built, 'remote-mediasoup.node'),
    path.join(own, 'remote-mediasoup.node'),
  );
  assert.equal(
    show(copy),
    path.join(fs.realpathSync(own), 'remote-mediasoup-worker'),
  );
});
