/**
 * Build of the addon (the Rust module `remote-mediasoup.node` that `lib/` loads). Set-up, packing and the
 * install script call `buildAddon()`; it compiles the addon by Cargo, unless the cache has it, and copies it
 * into this platform's package in `npm/`.
 */

import process from 'node:process';

import { readArguments } from './lib/arguments.mjs';
import { ADDON_SOURCES, provideByCargo } from './lib/cargo.mjs';
import { isProgram, main } from './lib/run.mjs';

/** Cargo's name of the library of a package named remote-mediasoup. */
export const LIBRARY = {
  darwin: 'libremote_mediasoup.dylib',
  linux: 'libremote_mediasoup.so',
  win32: 'remote_mediasoup.dll',
};

export async function buildAddon() {
  await provideByCargo({
    name: 'addon',
    file: 'remote-mediasoup.node',
    output: LIBRARY[process.platform],
    sources: ADDON_SOURCES,
    args: ['--lib'],
  });
}

if (isProgram(import.meta.url)) {
  readArguments(
    'Usage: node scripts/build-addon.mjs\n\nPuts remote-mediasoup.node into the package of this platform.',
  );
  await main(buildAddon);
}
