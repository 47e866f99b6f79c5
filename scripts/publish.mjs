/**
 * `npm run release:publish -- DIR`: publishes on npm the tarballs that `npm run release` has put into DIR, with
 * provenance. The release workflow runs it in the job that holds npm's token. It imports only Node's modules and files
 * of this checkout, so that no installed module runs beside the token.
 */

import fs from 'node:fs';
import path from 'node:path';

import { readArguments, usageError } from './lib/arguments.mjs';
import { root } from './lib/project.mjs';
import { main } from './lib/run.mjs';
import { publish } from './release/publish.mjs';
import {
  byKind,
  checkComplete,
  checkTarballs,
  tarballsIn,
} from './release/tarballs.mjs';

const HELP = `Usage: npm run release:publish -- DIR

Publishes the tarballs in DIR to npm, with its attestation of where they were built:
those of all platforms, of the version in package.json. It makes and checks nothing
else; \`npm run release\` does so before. It can be run again after an interruption.

  --help  this text`;

await main(async () => {
  const { positionals } = readArguments(HELP, {}, { allowPositionals: true });

  if (positionals.length !== 1) {
    usageError(`${positionals.length} folders are given, 1 is needed`);
  }

  const tarballs = tarballsIn(path.resolve(positionals[0]));
  const { version } = JSON.parse(
    fs.readFileSync(path.join(root, 'package.json'), 'utf8'),
  );

  checkTarballs(tarballs, version);
  checkComplete(tarballs);

  const { main: own, port, platforms } = byKind(tarballs);
  const done = await publish([...platforms, port, own], { provenance: true });

  console.log(done.join('\n'));
});
