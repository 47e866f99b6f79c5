/**
 * The command `npm run fuzz`: builds the fuzz targets in `fuzz/` and runs each for some seconds. It fails if
 * an input crashes a target, and names the file with that input.
 */

import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';

import { readArguments, usageError } from './lib/arguments.mjs';
import { installTool, toolFolder } from './lib/cargo-tool.mjs';
import { runShown } from './lib/progress.mjs';
import { root } from './lib/project.mjs';
import { Failure, main } from './lib/run.mjs';
import { requireTools } from './lib/tools.mjs';

const HELP = `Usage: npm run fuzz [-- TARGET... [--seconds N]]

Runs all fuzz targets, or those of the given names, one after the other.

  --seconds N   how long each runs; default: 60
  --list        what targets there are
  --help        this text

Fails where a target does, and says which input it was. fuzz/README.md says more.`;

const CARGO_FUZZ_VERSION = '0.13.2';

const CARGO_FUZZ = toolFolder('cargo-fuzz', CARGO_FUZZ_VERSION);

/** Arguments of each target beside its corpus. */
const TARGETS = {
  batches: ['-max_len=1200'],
  channel: ['-max_len=600'],
  command: ['-dict=fuzz/json.dict'],
  epochs: ['-max_len=400'],
  model: ['-max_len=640'],
  ortc: ['-dict=fuzz/json.dict'],
  session_client: ['-max_len=600'],
  session_server: ['-max_len=600'],
  wire: ['-max_len=4096'],
};

/**
 * Weighing inputs by how rare they are takes longer than running them. Long inputs are what
 * gets far, so that they are tried from the beginning.
 */
const LIBFUZZER = ['-entropic=0', '-len_control=0', '-print_final_stats=1'];

/** Never one that checkouts share: Cargo could take another one's program for this one's. */
const TARGET_DIR = path.join(root, 'fuzz', 'target');

const LOGS = path.join(root, 'target', 'fuzz-logs');

await main(async () => {
  const { values, positionals } = readArguments(
    HELP,
    { seconds: { type: 'number', default: 60 }, list: { type: 'boolean' } },
    { allowPositionals: true },
  );

  if (values.list) {
    console.log(Object.keys(TARGETS).join('\n'));
  } else {
    await fuzz(chosen(positionals), Math.max(1, Math.ceil(values.seconds)));
  }
});

function chosen(names) {
  const unknown = names.filter((name) => !Object.hasOwn(TARGETS, name));

  if (unknown.length > 0) {
    usageError(
      `no fuzz target of the name ${unknown.join(', ')} (--list names all)`,
    );
  }

  return names.length === 0 ? Object.keys(TARGETS) : names;
}

async function fuzz(names, seconds) {
  await requireTools('cargo', 'c++');

  await installTool('cargo-fuzz', CARGO_FUZZ_VERSION);
  await cargoFuzz('fuzz targets', ['build', '--target-dir', TARGET_DIR]);

  const failures = [];

  for (const name of names) {
    try {
      await run(name, seconds);
    } catch (error) {
      if (!(error instanceof Failure)) {
        throw error;
      }

      failures.push(error.message);
    }
  }

  if (failures.length > 0) {
    throw new Failure(failures.join('\n\n'));
  }
}

/** Runs cargo-fuzz. The stable compiler instruments, too, if one insists. */
function cargoFuzz(title, args, options) {
  return runShown(title, 'cargo', ['fuzz', ...args], {
    cwd: root,
    env: {
      ...process.env,
      PATH: [CARGO_FUZZ, process.env.PATH].join(path.delimiter),
      RUSTC_BOOTSTRAP: '1',
    },
    log: logOf(title),
    ...options,
  });
}

async function run(name, seconds) {
  const corpus = path.join('fuzz', 'corpus', name);
  let runs = '?';
  let crash;

  fs.mkdirSync(path.join(root, corpus), { recursive: true });

  try {
    await cargoFuzz(
      name,
      [
        'run',
        '--target-dir',
        TARGET_DIR,
        name,
        corpus,
        path.join('fuzz', 'seeds', name),
        '--',
        `-max_total_time=${seconds}`,
        ...LIBFUZZER,
        ...TARGETS[name],
      ],
      {
        result: () => `${runs} executions`,
        onLine: (line) => {
          runs =
            /^stat::number_of_executed_units: +(\d+)/.exec(line)?.[1] ?? runs;
          crash = /Test unit written to (.*)$/.exec(line)?.[1] ?? crash;
        },
      },
    );
  } catch (error) {
    if (!crash) {
      throw error;
    }

    const input = path.relative(root, path.resolve(root, crash));

    throw new Failure(
      `${name} failed. The input: ${input}\n` +
        `To see it fail again: RUSTC_BOOTSTRAP=1 PATH=${CARGO_FUZZ}:$PATH cargo fuzz run ${name} ${input}\n` +
        `What it said: ${logOf(name)}`,
      { cause: error },
    );
  }
}

function logOf(title) {
  return path.join(LOGS, `${title.replaceAll(' ', '-')}.log`);
}
