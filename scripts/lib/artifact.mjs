/**
 * Cache of compiled files (addon, server, worker) outside the checkout. The build scripts call `provide()`
 * with a key, which `hash()` makes of all sources and compilers; it builds the file unless the cache has it
 * under that key, and copies it into this platform's package. A cached file is never stale, because any
 * change of a source gives another key.
 */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';

import { cacheDir, platformDir, root } from './project.mjs';
import { Progress } from './progress.mjs';

/** Variables that change what compilers make of the same sources. */
const COMPILER_ENV = [
  'CC',
  'CXX',
  'CFLAGS',
  'CXXFLAGS',
  'LDFLAGS',
  'RUSTFLAGS',
  'CARGO_ENCODED_RUSTFLAGS',
];

/** Files that nothing is built from; the published package doesn't have them either. */
const NOT_SOURCES = new Set([
  'tests',
  '.gitignore',
  'target',
  'node_modules',
  '__pycache__',
]);

/**
 * Puts an artifact into this platform's package directory, built only where the
 * cache has none of that key.
 *
 * @param {object} artifact
 * @param {string} artifact.name - Its name in the cache and on the screen.
 * @param {string} artifact.file - Its file name in the package.
 * @param {string} artifact.key - What `hash()` gave for all that it is made of.
 * @param {(progress: Progress) => Promise<string>} artifact.build - Builds it
 * and returns where it is.
 */
export async function provide({ name, file, key, build }) {
  const cached = path.join(cacheDir, `${name}-${key}`, file);
  const destination = path.join(platformDir, file);

  if (!fs.existsSync(cached)) {
    const progress = new Progress(name);

    try {
      place(await build(progress), cached);
    } catch (error) {
      progress.end('failed');

      throw error;
    }

    progress.end('built');
  }

  if (!isSame(cached, destination)) {
    place(cached, destination);
  }
}

/**
 * A key over sources (files and directories below the root, prose excepted),
 * the compilers, and further values.
 */
export function hash(sources, values = {}) {
  const sum = createHash('sha256');

  for (const file of sources.flatMap((source) => filesOf(source)).sort()) {
    const text = fs.readFileSync(path.join(root, file));

    sum.update(`${file}\0${text.length}\0`).update(text);
  }

  const environment = COMPILER_ENV.map((name) => [name, process.env[name]]);

  return sum
    .update(JSON.stringify([values, environment, compilers()]))
    .digest('hex')
    .slice(0, 16);
}

let knownCompilers;

function compilers() {
  knownCompilers ??= [
    versionOf('rustc', '-vV'),
    versionOf(process.env.CXX || 'c++', '--version'),
  ];

  return knownCompilers;
}

/** A compiler that is not there is missed, by name, when it is needed. */
function versionOf(command, argument) {
  try {
    return execFileSync(command, [argument], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return null;
  }
}

function filesOf(source) {
  const absolute = path.join(root, source);

  if (!fs.existsSync(absolute)) {
    return [];
  }
  if (!fs.statSync(absolute).isDirectory()) {
    return source.endsWith('.md') ? [] : [source];
  }

  return fs
    .readdirSync(absolute)
    .filter((entry) => !NOT_SOURCES.has(entry))
    .flatMap((entry) => filesOf(path.join(source, entry)));
}

/** Copies in such a way that nobody ever sees, or runs, half a file. */
function place(from, to) {
  const unfinished = `${to}.${process.pid}`;
  const { atime, mtime } = fs.statSync(from);

  fs.mkdirSync(path.dirname(to), { recursive: true });
  fs.copyFileSync(from, unfinished);
  fs.utimesSync(unfinished, atime, mtime);
  fs.renameSync(unfinished, to);
}

/** As make would see it: `place()` keeps the time of change. */
function isSame(a, b) {
  const [one, other] = [a, b].map((file) =>
    fs.statSync(file, { throwIfNoEntry: false }),
  );

  return (
    other !== undefined &&
    one.size === other.size &&
    Math.abs(one.mtimeMs - other.mtimeMs) < 1
  );
}
