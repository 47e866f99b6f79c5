/**
 * Release builds of this workspace by Cargo, for the scripts that build the addon and the server.
 * `provideByCargo()` puts the file into this platform's package, from the cache if its sources are unchanged.
 */

import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';

import { hash, provide } from './artifact.mjs';
import { cacheDir, root } from './project.mjs';
import { runLogged } from './run.mjs';
import { requireTools } from './tools.mjs';

/** The crate of the binary, of which nothing is in the addon. */
const SERVER = 'crates/server';

/** Sources of the addon. */
export const ADDON_SOURCES = [
  'Cargo.toml',
  'Cargo.lock',
  'build.rs',
  'src',
  ...crates(),
];

/** Sources of the server. */
export const SERVER_SOURCES = ['Cargo.toml', 'Cargo.lock', ...crates(), SERVER];

/**
 * Puts something into this platform's package: from the cache, or built by
 * Cargo in the checkout's own target directory.
 *
 * @param {object} product
 * @param {string} product.name - Its name in the cache and on the screen.
 * @param {string} product.file - Its file name in the package.
 * @param {string} product.output - The file name that Cargo gives it.
 * @param {string[]} product.sources
 * @param {string[]} product.args - What of the workspace is built.
 */
export async function provideByCargo({ name, file, output, sources, args }) {
  await provide({
    name,
    file,
    key: hash(sources),
    build: async (progress) => {
      await requireTools('cargo', 'c++');

      return path.join(await build(name, args, progress), output);
    },
  });
}

/** Resolves with the directory of what was built. */
async function build(name, args, progress) {
  // Never a directory that checkouts share, whatever CARGO_TARGET_DIR says: Cargo would take the
  // library of another one for this one's where its files are newer.
  const target = path.join(root, 'target');

  await runLogged(
    'cargo',
    ['build', '--release', '--locked', ...args, '--target-dir', target],
    {
      cwd: root,
      log: path.join(cacheDir, 'logs', `${name}-${process.pid}.log`),
      onLine: (line) => {
        const crate =
          /^ *(Compiling|Downloading|Blocking) (.*?)( \(.*\))?$/.exec(line);

        if (crate) {
          progress.phase(crate[1].toLowerCase());
          progress.detail(crate[2]);
        }
      },
    },
  );

  return path.join(target, 'release');
}

/** All crates but the server's. */
function crates() {
  return fs
    .readdirSync(path.join(root, 'crates'))
    .map((name) => `crates/${name}`)
    .filter((crate) => crate !== SERVER);
}
