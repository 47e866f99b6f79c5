/**
 * Build of the server (the binary `remote-mediasoup`). Set-up, packing and the install script call
 * `buildServer()`; it compiles the server by Cargo, unless the cache has it, and copies it into this
 * platform's package in `npm/`.
 *
 * The addon has a build of its own: in one build, Cargo would give both the features that one of them wants,
 * and the addon would parse JSON with slower maps.
 */

import { readArguments } from './lib/arguments.mjs';
import { SERVER_SOURCES, provideByCargo } from './lib/cargo.mjs';
import { isProgram, main } from './lib/run.mjs';

export async function buildServer() {
  await provideByCargo({
    name: 'server',
    file: 'remote-mediasoup',
    output: 'remote-mediasoup',
    sources: SERVER_SOURCES,
    args: ['--package', 'server'],
  });
}

if (isProgram(import.meta.url)) {
  readArguments(
    'Usage: node scripts/build-server.mjs\n\nPuts remote-mediasoup, the server, into the package of this platform.',
  );
  await main(buildServer);
}
