/**
 * What Cargo has compiled of crates from a registry, for lints and tests, kept outside the checkout: CI
 * begins with a fresh clone each time.
 *
 * Cargo names each piece by a hash over the crate's version, its features, the profile and the compiler, and looks
 * at no time of change where the source is a registry. So a piece of another checkout is right or is not used.
 * Crates of the checkout itself are never kept.
 */

import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';

import { hash } from './artifact.mjs';
import { cacheDir, root } from './project.mjs';

/** Each has its lock file beside it. */
const WORKSPACES = ['.', 'benches/load'];

const DEBUG = path.join(root, 'target', 'debug');

/** Where Cargo notes that a piece is whole, so that this is what is copied last. */
const FINGERPRINTS = '.fingerprint';

const BEFORE_FINGERPRINTS = ['build', 'deps'];

/** `libring-4a16538120ee06fd.rmeta`, `ring-ebb048ec80612cbc`. */
const PIECE = /^(.+)-([0-9a-f]{16})(?:\.(?:d|rlib|rmeta|so|dylib|dll))?$/;

/** Gives a checkout that has compiled nothing what others have compiled. */
export function restoreCrates() {
  const kept = keptDir();

  if (fs.existsSync(DEBUG) || !fs.existsSync(kept)) {
    return;
  }

  const unfinished = `${DEBUG}.${process.pid}`;

  try {
    copy(kept, unfinished);
    fs.renameSync(unfinished, DEBUG);
  } catch (error) {
    fs.rmSync(unfinished, { recursive: true, force: true });

    // Another checkout may have replaced it meanwhile; then Cargo compiles.
    if (error.code !== 'ENOENT') {
      throw error;
    }
  }
}

/** Keeps what isn't kept yet, and nothing that other versions of the lock files have left. */
export function keepCrates() {
  // Elsewhere the checkout stays, and its target directory with it. That can be another one, too.
  if (!process.env.CI || !fs.existsSync(path.join(DEBUG, FINGERPRINTS))) {
    return;
  }

  const kept = keptDir();
  const ours = ownNames();
  const hashes = new Set(
    fs
      .readdirSync(path.join(DEBUG, FINGERPRINTS))
      .map((entry) => PIECE.exec(entry))
      .filter((piece) => piece && !ours.has(piece[1]))
      .map((piece) => piece[2]),
  );

  for (const folder of [...BEFORE_FINGERPRINTS, FINGERPRINTS]) {
    const destination = path.join(kept, folder);

    fs.mkdirSync(destination, { recursive: true });

    const known = new Set(fs.readdirSync(destination));

    for (const entry of fs.readdirSync(path.join(DEBUG, folder))) {
      if (!known.has(entry) && hashes.has(PIECE.exec(entry)?.[2])) {
        const unfinished = path.join(kept, `${entry}.${process.pid}`);

        copy(path.join(DEBUG, folder, entry), unfinished);
        fs.renameSync(unfinished, path.join(destination, entry));
      }
    }
  }

  for (const entry of fs.readdirSync(cacheDir)) {
    if (entry.startsWith('crates-') && entry !== path.basename(kept)) {
      fs.rmSync(path.join(cacheDir, entry), { recursive: true, force: true });
    }
  }
}

function keptDir() {
  return path.join(cacheDir, `crates-${hash(WORKSPACES.map(lockFile))}`);
}

/** Names of the crates that come from no registry. */
function ownNames() {
  const packages = WORKSPACES.flatMap((workspace) =>
    fs
      .readFileSync(path.join(root, lockFile(workspace)), 'utf8')
      .split('[[package]]'),
  );

  return new Set(
    packages
      .filter((entry) => !entry.includes('\nsource = '))
      .map((entry) => /^name = "(.+)"$/m.exec(entry)?.[1]),
  );
}

function lockFile(workspace) {
  return path.join(workspace, 'Cargo.lock');
}

/** With times of change, by which Cargo knows what was made of what. */
function copy(from, to) {
  fs.cpSync(from, to, {
    recursive: true,
    preserveTimestamps: true,
    mode: fs.constants.COPYFILE_FICLONE,
  });
}
