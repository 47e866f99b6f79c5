/**
 * Install script of the published package, which npm runs at `npm install`. Where npm has installed the
 * package with this platform's binaries it does nothing; elsewhere it builds addon, worker and server from
 * the sources that the package contains.
 */

import { createRequire } from 'node:module';
import process from 'node:process';

import { buildAddon } from './build-addon.mjs';
import { buildServer } from './build-server.mjs';
import { buildWorker } from './build-worker.mjs';
import { readArguments } from './lib/arguments.mjs';
import { platformPackage } from './lib/project.mjs';
import { Failure, main } from './lib/run.mjs';

const HELP = `Usage: node scripts/install.mjs

Builds addon, worker and server unless npm has installed the package of this platform.`;

readArguments(HELP);
await main(async () => {
  if (hasPlatformPackage()) {
    return;
  }

  console.error(
    `${platformPackage} is not installed: building from source, which takes a quarter of an hour`,
  );

  try {
    await buildAddon();
    await buildWorker();
    await buildServer();
  } catch (error) {
    throw error instanceof Failure ? new Failure(explained(error)) : error;
  }
});

function hasPlatformPackage() {
  try {
    createRequire(import.meta.url).resolve(`${platformPackage}/package.json`);

    return true;
  } catch {
    return false;
  }
}

function explained(failure) {
  return `${failure.message}

remote-mediasoup could not be built for this platform. Once what is missing is there:
  npm rebuild remote-mediasoup
Or, where it is published for this platform, install what is built already:
  npm install ${platformPackage}@${process.env.npm_package_version}`;
}
