/**
 * The command `npm run build`: makes a fresh clone ready to run, with JavaScript dependencies, worker, addon
 * and server. `npm start` and `npm test` call `setup()` first; parts that are ready take no time.
 */

import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';

import { buildAddon } from './build-addon.mjs';
import { buildServer } from './build-server.mjs';
import { buildWorker } from './build-worker.mjs';
import { readArguments } from './lib/arguments.mjs';
import { duration } from './lib/progress.mjs';
import { cacheDir, root } from './lib/project.mjs';
import { isProgram, main, runLogged } from './lib/run.mjs';
import { requireTools } from './lib/tools.mjs';

const HELP = `Usage: npm run build [-- --browser]

Makes what a fresh clone needs to run: JavaScript dependencies, worker, addon, server.

  --browser   Chromium too, for tests`;

const MODULES = path.join(root, 'node_modules');

/** Names the lock file that node_modules were installed from. */
const INSTALLED = path.join(MODULES, '.installed-from');

/** Parts to set up, in this order. */
const PARTS = {
  modules: installModules,
  worker: buildWorker,
  addon: buildAddon,
  server: buildServer,
  browser: () => requireTools('chromium'),
};

/** Parts for running the package in the checkout. */
export const PACKAGE = ['modules', 'worker', 'addon'];

/** And with Workers elsewhere. */
export const WITH_SERVER = [...PACKAGE, 'server'];

/** Parts for a program whose Workers are on a server that is there already. */
export const REMOTE = ['modules', 'addon'];

/** @param {string[]} parts - Names of `PARTS`. */
export async function setup(parts = PACKAGE) {
  for (const [name, body] of Object.entries(PARTS)) {
    if (parts.includes(name)) {
      await step(name, body);
    }
  }
}

async function step(name, body) {
  const startedAt = performance.now();

  await body();
  console.error(`ready: ${name} (${duration(performance.now() - startedAt)})`);
}

async function installModules() {
  // npm would empty the directory behind the link, which is another checkout's.
  if (fs.lstatSync(MODULES, { throwIfNoEntry: false })?.isSymbolicLink()) {
    console.error(`${MODULES} is a link: left as it is`);

    return;
  }

  const lock = createHash('sha256')
    .update(fs.readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');

  if (fs.existsSync(INSTALLED) && fs.readFileSync(INSTALLED, 'utf8') === lock) {
    return;
  }

  console.error('npm ci');
  // No install script runs: npm's own mediasoup, which tests compare with, would build its worker.
  await runLogged(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund'],
    {
      cwd: root,
      log: path.join(cacheDir, 'logs', `npm-ci-${process.pid}.log`),
    },
  );
  fs.writeFileSync(INSTALLED, lock);
}

if (isProgram(import.meta.url)) {
  const { values } = readArguments(HELP, { browser: { type: 'boolean' } });

  await main(() =>
    setup(values.browser ? [...WITH_SERVER, 'browser'] : WITH_SERVER),
  );
}
