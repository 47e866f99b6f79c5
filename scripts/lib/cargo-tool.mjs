/**
 * Installation of Cargo's additional programs (cargo-fuzz, cargo-llvm-cov) from crates.io, once and outside
 * the checkout. `npm run fuzz` and `npm run coverage` call it and put the returned folder on the PATH.
 */

import fs from 'node:fs';
import path from 'node:path';

import { runShown } from './progress.mjs';
import { cacheDir } from './project.mjs';

/** @returns {string} The folder of the program, for the PATH. */
export function toolFolder(name, version) {
  return path.join(cacheDir, `${name}-${version}`, 'bin');
}

export async function installTool(name, version) {
  const folder = toolFolder(name, version);

  if (!fs.existsSync(path.join(folder, name))) {
    await runShown(
      name,
      'cargo',
      [
        'install',
        name,
        '--locked',
        `--version=${version}`,
        `--root=${path.dirname(folder)}`,
      ],
      { log: path.join(cacheDir, 'logs', `${name}-${version}.log`) },
    );
  }
}
