/**
 * Build of the worker (the binary `remote-mediasoup-worker`, mediasoup's C++ process). Set-up, packing and
 * the install script call `buildWorker()`; it takes the worker from the cache or compiles it in some ten
 * minutes (native/README.md), and copies it into this platform's package in `npm/`.
 *
 * Cargo's lock on the build directory separates two builds at once: the second one waits, and then finds
 * nothing left to do.
 */

import path from 'node:path';
import process from 'node:process';

import { readArguments } from './lib/arguments.mjs';
import { hash, provide } from './lib/artifact.mjs';
import { cacheDir, root } from './lib/project.mjs';
import { isProgram, main, runLogged } from './lib/run.mjs';
import { requireTools } from './lib/tools.mjs';

const FILE = 'remote-mediasoup-worker';

/** Build files of the C++ library, which Cargo doesn't know. */
const RECIPE = [
  'native/meson',
  'native/requirements.txt',
  'native/sources',
  'native/subprojects',
  'native/worker/Cargo.lock',
];

/** Phases of the build, by lines of its output. */
const PHASES = [
  [/Blocking waiting for file lock/, 'waiting for another build'],
  [/^ *Downloading crates/, 'downloading crates'],
  [/-m pip install|Collecting /, 'installing Meson and Ninja'],
  [/^ *Compiling remote-mediasoup-worker/, 'linking'],
  [/^ *Compiling (?!mediasoup-sys)/, 'compiling crates'],
  [/Executing subproject openssl/, 'compiling OpenSSL'],
  [/Executing subproject libsrtp3/, 'configuring'],
  [/\[\d+\/\d+\]/, 'compiling the worker'],
];

export async function buildWorker() {
  const variant = {
    dependencies: process.env.MEDIASOUP_NATIVE_DEPS ?? '',
    mesonArgs: process.env.MESON_ARGS ?? '',
  };

  const key = hash(['native', 'crates/udp-batch'], variant);
  const recipe = hash(RECIPE, variant);

  await provide({
    name: 'worker',
    file: FILE,
    key,
    build: (progress) => compile(key, recipe, progress),
  });
}

async function compile(key, recipe, progress) {
  await requireTools('cargo', 'c++', 'make', 'perl', 'python3', 'pip');

  // By recipe: after a change in native/worker/src the C++ need not be built again.
  const target = path.join(cacheDir, `worker-build-${recipe}`);
  const log = path.join(cacheDir, 'logs', `worker-${process.pid}.log`);

  console.error(
    `building mediasoup's worker, some ten minutes on two cores; the full log: ${log}`,
  );
  // The key is named because checkouts share the directory: Cargo looks at nothing but times to see
  // that a source is another one, and those of a package from npm are of 1985.
  const metadata = ['--', '-C', `metadata=${key}`];

  await runLogged(
    'cargo',
    ['rustc', '--release', '--locked', '-vv', ...metadata],
    {
      // Where Cargo finds the .cargo/config.toml that names our Meson.
      cwd: path.join(root, 'native/worker'),
      env: { ...process.env, CARGO_TARGET_DIR: target },
      log,
      // Without the name of the crate whose build prints the line.
      onLine: (line) => report(line.replace(/^\[[^\]]*\] /, ''), progress),
    },
  );

  return path.join(target, 'release', FILE);
}

function report(line, progress) {
  const phase = PHASES.find(([pattern]) => pattern.test(line));

  if (phase) {
    progress.phase(phase[1]);
  }

  const count = /\[(\d+\/\d+)\]/.exec(line);

  if (count) {
    progress.detail(count[1]);
  }
}

if (isProgram(import.meta.url)) {
  readArguments(
    'Usage: node scripts/build-worker.mjs\n\nPuts remote-mediasoup-worker into the package of this platform.',
  );
  await main(buildWorker);
}
