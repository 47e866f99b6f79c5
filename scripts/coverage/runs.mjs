/**
 * The runs that are counted. What they count goes to `rust/` and `v8/` below the
 * output folder.
 *
 * The JavaScript suites run in a copy of the checkout, so that no addon that
 * counts ever gets into the checkout's own platform package.
 */

import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';

import { Progress } from '../lib/progress.mjs';
import { platform, platformDir, root } from '../lib/project.mjs';
import { Failure, runLogged } from '../lib/run.mjs';
import { compiler } from './tools.mjs';

/** What the suites need of the checkout. */
const COPIED = ['index.js', 'package.json', 'lib', '__test__'];

const SUITES = {
  'upstream suite': ['__test__/upstream/run.mjs', 'ours'],
  'differential test': ['__test__/differential/run.mjs'],
  'lifecycle tests': ['--test', '__test__/lifecycle/'],
  'unit tests': ['--test', '__test__/unit/'],
};

/** Never one that checkouts share: Cargo could take another one's program for this one's. */
const TARGET_DIR = path.join(root, 'target', 'coverage');

/** Where the counting addon and the tests of the crates are. */
export function programsFile(output) {
  return path.join(output, 'programs.json');
}

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

  const test = ['test', '--workspace', '--exclude=fbs', '--no-fail-fast'];
  const tests = await cargo('compiling tests', [...test, '--no-run'], output);
  const [addon] = await cargo('compiling addon', ['build', '--lib'], output);

  fs.writeFileSync(programsFile(output), JSON.stringify([...tests, addon]));
  copyCheckout(output, addon);
  await attempt('Rust tests', (title) => cargo(title, test, output));

  for (const [name, args] of Object.entries(SUITES)) {
    await attempt(name, (title) => runSuite(title, args, output));
  }

  return failed;
}

/** Copies what the suites need, with the addon that counts. */
function copyCheckout(output, addon) {
  const copy = copyOf(output);
  const copiedPlatformDir = path.join(copy, 'npm', platform);

  for (const name of COPIED) {
    fs.cpSync(path.join(root, name), path.join(copy, name), {
      recursive: true,
      filter: (file) => path.basename(file) !== '.generated',
    });
  }

  fs.mkdirSync(copiedPlatformDir, { recursive: true });
  fs.copyFileSync(addon, path.join(copiedPlatformDir, 'remote-mediasoup.node'));
  fs.symlinkSync(
    path.join(platformDir, 'remote-mediasoup-worker'),
    path.join(copiedPlatformDir, 'remote-mediasoup-worker'),
  );
}

function runSuite(title, args, output) {
  return logged(title, process.execPath, args, {
    cwd: copyOf(output),
    env: { ...counting(output), NODE_V8_COVERAGE: path.join(output, 'v8') },
  });
}

/** Runs Cargo with counting on; resolves with the programs and libraries that it made. */
async function cargo(title, [command, ...args], output) {
  const flags = ['-C instrument-coverage', process.env.RUSTFLAGS];
  const made = [];

  await logged(
    title,
    'cargo',
    [
      command,
      '--locked',
      `--target-dir=${TARGET_DIR}`,
      // With a target given, build scripts and macros don't count.
      `--target=${compiler().host}`,
      '--message-format=json-render-diagnostics',
      ...args,
    ],
    {
      cwd: root,
      env: {
        ...counting(output),
        RUSTFLAGS: flags.filter(Boolean).join(' '),
        // Several times faster, and not yet so clever that lines get lost.
        CARGO_PROFILE_DEV_OPT_LEVEL: '1',
      },
      onLine: (line) => made.push(...productsIn(line)),
    },
  );

  return made;
}

/** What a line of Cargo's JSON says that was made: tests, or the addon. */
function productsIn(line) {
  const message = line.startsWith('{') ? JSON.parse(line) : {};

  if (message.executable) {
    return [message.executable];
  }

  return message.target?.kind.includes('cdylib') ? message.filenames : [];
}

/** Each process writes a file of its own. */
function counting(output) {
  return {
    ...process.env,
    LLVM_PROFILE_FILE: path.join(output, 'rust', '%p-%m.profraw'),
  };
}

async function logged(title, command, args, { onLine, ...options }) {
  const progress = new Progress(title);

  try {
    await runLogged(command, args, {
      ...options,
      log: logOf(title),
      onLine: (line) => {
        if (!line.startsWith('{')) {
          progress.detail(line.trim());
        }

        onLine?.(line);
      },
    });
  } catch (error) {
    progress.end('FAILED');

    throw error;
  }

  progress.end('ok');
}

function logOf(title) {
  const name = `${title.replaceAll(' ', '-')}.log`;

  return path.join(root, 'target', 'coverage-logs', name);
}
