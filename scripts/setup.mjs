/**
 * Makes a fresh clone ready to run: JavaScript dependencies, worker, addon.
 * What is ready already takes no time, so that every command can begin with it.
 *
 *     node scripts/setup.mjs [--browser]      --browser: Chromium too, for tests
 */

import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

import { buildAddon } from './build-addon.mjs';
import { buildWorker } from './build-worker.mjs';
import { duration } from './lib/progress.mjs';
import { cacheDir, root } from './lib/project.mjs';
import { main, runLogged } from './lib/run.mjs';
import { requireTools } from './lib/tools.mjs';

/** Names the lock file that node_modules were installed from. */
const INSTALLED = path.join(root, 'node_modules', '.installed-from');

export async function setup({ browser = false } = {}) {
  await step('JavaScript dependencies', installDependencies);
  await step('worker', buildWorker);
  await step('addon', buildAddon);

  if (browser) {
    await step('browser', () => requireTools('chromium'));
  }
}

async function step(name, body) {
  const startedAt = performance.now();

  await body();
  console.error(`ready: ${name} (${duration(performance.now() - startedAt)})`);
}

async function installDependencies() {
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

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(() => setup({ browser: process.argv.includes('--browser') }));
}
