/**
 * Puts `remote-mediasoup.node` into this platform's package: from the cache, or
 * built by Cargo in the checkout's own target directory.
 */

import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

import { hash, provide } from './lib/artifact.mjs';
import { cacheDir, root } from './lib/project.mjs';
import { main, runLogged } from './lib/run.mjs';
import { requireTools } from './lib/tools.mjs';

const SOURCES = ['Cargo.toml', 'Cargo.lock', 'build.rs', 'src', 'crates'];

/** How Cargo calls the library of a package named remote-mediasoup. */
const LIBRARY = {
  darwin: 'libremote_mediasoup.dylib',
  linux: 'libremote_mediasoup.so',
  win32: 'remote_mediasoup.dll',
};

export async function buildAddon() {
  await provide({
    name: 'addon',
    file: 'remote-mediasoup.node',
    key: hash(SOURCES),
    build: compile,
  });
}

async function compile(progress) {
  await requireTools('cargo', 'c++');

  // Never a directory that checkouts share, whatever CARGO_TARGET_DIR says: Cargo would take the
  // library of another one for this one's where its files are newer.
  const target = path.join(root, 'target');

  await runLogged(
    'cargo',
    ['build', '--release', '--locked', '--lib', '--target-dir', target],
    {
      cwd: root,
      log: path.join(cacheDir, 'logs', `addon-${process.pid}.log`),
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

  return path.join(target, 'release', LIBRARY[process.platform]);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(buildAddon);
}
