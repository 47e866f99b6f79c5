/**
 * Test runs with coverage, for `npm run coverage`. cargo-llvm-cov counts Rust's lines and writes `rust.lcov`
 * into the output folder; V8 counts JavaScript's and writes to `v8/` there.
 *
 * The JavaScript suites run in a copy of the checkout, so that no addon that counts ever gets into the
 * checkout's own platform package.
 */

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { parseEnv } from 'node:util';

import { LIBRARY } from '../build-addon.mjs';
import { installTool, toolFolder } from '../lib/cargo-tool.mjs';
import { runShown } from '../lib/progress.mjs';
import { platform, platformDir, root } from '../lib/project.mjs';
import { Failure } from '../lib/run.mjs';
import { requireTools } from '../lib/tools.mjs';

const CARGO_LLVM_COV = ['cargo-llvm-cov', '0.9.1'];

/** Files of the checkout that the suites need. */
const COPIED = [
  'index.js',
  'package.json',
  'lib',
  'scripts/lib',
  '__test__',
  'benches',
];

const SUITES = {
  'upstream suite': ['__test__/upstream/run.mjs', 'ours'],
  'differential test': ['__test__/differential/run.mjs'],
  'lifecycle tests': ['--test', '__test__/lifecycle/'],
  'unit tests': ['--test', '__test__/unit/'],
};

/** Never one that checkouts share: Cargo could take another one's program for this one's. */
const TARGET_DIR = path.join(root, 'target', 'coverage');

export function copyOf(output) {
  return path.join(output, 'checkout');
}

/**
 * Runs everything. What fails has counted all the same.
 *
 * @returns {Promise<string[]>} What the failed runs are called.
 */
export async function runAll(output) {
  const failed = [];
  const attempt = async (title, run) => {
    try {
      await run(title);
    } catch (error) {
      if (!(error instanceof Failure)) {
        throw error;
      }

      failed.push(`${title} (${logOf(title)})`);
    }
  };

  fs.rmSync(output, { recursive: true, force: true });
  fs.mkdirSync(output, { recursive: true });

  const env = await counting();
  const cargo = (title, ...args) =>
    shown(title, 'cargo', args, { cwd: root, env });
  const test = ['test', '--locked', '--workspace', '--exclude=fbs'];

  await cargo('compiling tests', ...test, '--no-run');
  await cargo('compiling addon', 'build', '--locked', '--lib');
  copyCheckout(output);
  await attempt('Rust tests', (title) =>
    cargo(title, ...test, '--no-fail-fast'),
  );

  for (const [name, args] of Object.entries(SUITES)) {
    await attempt(name, (title) =>
      shown(title, process.execPath, args, {
        cwd: copyOf(output),
        env: { ...env, NODE_V8_COVERAGE: path.join(output, 'v8') },
      }),
    );
  }

  await cargo(
    'Rust report',
    'llvm-cov',
    'report',
    '--workspace',
    '--lcov',
    `--output-path=${path.join(output, 'rust.lcov')}`,
  );

  return failed;
}

/** Copies what the suites need, with the addon that counts. */
function copyCheckout(output) {
  const copy = copyOf(output);
  const copiedPlatformDir = path.join(copy, 'npm', platform);

  for (const name of COPIED) {
    fs.cpSync(path.join(root, name), path.join(copy, name), {
      recursive: true,
      filter: (file) => path.basename(file) !== '.generated',
    });
  }

  fs.mkdirSync(copiedPlatformDir, { recursive: true });
  fs.copyFileSync(
    path.join(TARGET_DIR, 'debug', LIBRARY[process.platform]),
    path.join(copiedPlatformDir, 'remote-mediasoup.node'),
  );
  fs.symlinkSync(
    path.join(platformDir, 'remote-mediasoup-worker'),
    path.join(copiedPlatformDir, 'remote-mediasoup-worker'),
  );
}

/** Environment in which Cargo and what it builds count. */
async function counting() {
  await requireTools('cargo', 'c++');
  await installTool(...CARGO_LLVM_COV);

  // Of a Rust that rustup didn't install, LLVM_COV and LLVM_PROFDATA name LLVM's programs.
  if (!process.env.LLVM_COV) {
    await shown('llvm-tools', 'rustup', ['component', 'add', 'llvm-tools'], {});
  }

  const env = {
    ...process.env,
    PATH: [toolFolder(...CARGO_LLVM_COV), process.env.PATH].join(
      path.delimiter,
    ),
    CARGO_TARGET_DIR: TARGET_DIR,
    // Several times faster, and not yet so clever that lines get lost.
    CARGO_PROFILE_DEV_OPT_LEVEL: '1',
  };
  const llvmCov = (...args) =>
    execFileSync('cargo', ['llvm-cov', ...args], {
      cwd: root,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  const counted = { ...env, ...parseEnv(llvmCov('show-env')) };

  llvmCov('clean', '--workspace', '--profraw-only');

  return counted;
}

function shown(title, command, args, options) {
  return runShown(title, command, args, { ...options, log: logOf(title) });
}

function logOf(title) {
  const name = `${title.replaceAll(' ', '-')}.log`;

  return path.join(root, 'target', 'coverage-logs', name);
}
