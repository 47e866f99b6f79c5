/**
 * Puts `remote-mediasoup`, the server, into this platform's package.
 *
 * It isn't built together with the addon: Cargo would give both the features
 * that one of them wants, and the addon would parse JSON with slower maps.
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
