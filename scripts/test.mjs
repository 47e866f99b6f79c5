/**
 * The command `npm test`: sets everything up, runs all steps of `steps.mjs` or those named, each with its
 * output in a log file, and prints a summary. It exits with 1 if a step failed, after the lines of the log
 * that say why.
 */

import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';

import { readArguments, usageError } from './lib/arguments.mjs';
import { Progress, duration } from './lib/progress.mjs';
import { root } from './lib/project.mjs';
import { lastLines, main, runLogged } from './lib/run.mjs';
import { PACKAGE, setup } from './setup.mjs';
import { steps } from './steps.mjs';

const HELP = `Usage: npm test [-- NAME...]

Sets up what is missing and runs all steps, or those of the given names.

  --list    what steps there are
  --help    this text

The output of each step is kept in target/test-logs/.`;

/** So that a step's command line may name a tool that npm has installed. */
const PATH = [path.join(root, 'node_modules', '.bin'), process.env.PATH].join(
  path.delimiter,
);

/** Beginnings of the line of a failed test, by node, jest and cargo. */
const FAILED_TEST = /^\s*(?:not ok \d+|✖|●|test .* FAILED$)/;

/** Lines to show of a failed step without named tests. */
const LAST_LINES = 30;

const LOGS = path.join(root, 'target', 'test-logs');

await main(async () => {
  const { values, positionals } = readArguments(
    HELP,
    { list: { type: 'boolean' } },
    { allowPositionals: true },
  );

  if (values.list) {
    console.log(table(steps.map(({ name, about }) => [name, about])));
  } else {
    await runSteps(chosen(positionals));
  }
});

function chosen(names) {
  const unknown = names.filter(
    (name) => !steps.some((step) => step.name === name),
  );

  if (unknown.length > 0) {
    usageError(`no step of the name ${unknown.join(', ')} (--list names all)`);
  }

  return names.length === 0
    ? steps
    : steps.filter(({ name }) => names.includes(name));
}

async function runSteps(wanted) {
  await setup(wanted.flatMap(({ needs }) => needs ?? PACKAGE));

  const results = [];

  for (const group of groupsOf(wanted)) {
    results.push(...(await runGroup(group)));
  }

  const failed = results.filter(({ error }) => error);

  console.log(
    `\n${table(
      results.map(({ name, error, time, tests }) => [
        error ? 'FAIL' : 'ok',
        name,
        time,
        tests,
      ]),
    )}\n\n${results.length - failed.length} passed, ${failed.length} failed`,
  );

  // Once more, because what is printed above a long way is rarely read.
  for (const { name, log } of failed) {
    console.log(`\n${name}\n${whatFailedIn(log)}\n${log}`);
  }

  if (failed.length > 0) {
    process.exitCode = 1;
  }
}

/** Steps that follow each other and have lanes are one group, each other step is one by itself. */
function groupsOf(wanted) {
  const groups = [];

  for (const step of wanted) {
    if (step.lane && groups.at(-1)?.[0].lane) {
      groups.at(-1).push(step);
    } else {
      groups.push([step]);
    }
  }

  return groups;
}

/** Runs lanes side by side, the steps of each one after the other. Resolves with results in the steps' order. */
async function runGroup(steps) {
  const results = new Map();
  const lanes = new Set(steps.map(({ lane }) => lane));

  await Promise.all(
    [...lanes].map(async (lane) => {
      for (const step of steps.filter((one) => one.lane === lane)) {
        results.set(step, await runStep(step));
      }
    }),
  );

  return steps.map((step) => results.get(step));
}

async function runStep({ name, command, count }) {
  const log = path.join(LOGS, `${name}.log`);
  const progress = new Progress(name);
  const startedAt = performance.now();
  let error;

  fs.rmSync(log, { force: true });

  try {
    await runLogged(command, [], {
      cwd: root,
      env: { ...process.env, PATH },
      // A command line as one would type it.
      shell: true,
      log,
      onLine: (line) => progress.detail(line.trim()),
    });
  } catch (failure) {
    error = failure;
  }

  progress.end(error ? 'FAILED' : 'ok');

  if (error) {
    console.error(`\n${error.message}\n`);
  }

  return {
    name,
    error,
    log,
    time: duration(performance.now() - startedAt),
    tests: count && !error ? `${testsIn(log, count)} tests` : '',
  };
}

function whatFailedIn(log) {
  const tests = fs
    .readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => FAILED_TEST.test(line));

  return tests.length > 0 ? tests.join('\n') : lastLines(log, LAST_LINES);
}

function testsIn(log, count) {
  return [...fs.readFileSync(log, 'utf8').matchAll(count)]
    .map(([, number]) => Number(number))
    .reduce((sum, number) => sum + number, 0);
}

function table(rows) {
  const widths = rows[0].map((_, column) =>
    Math.max(...rows.map((row) => row[column].length)),
  );

  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
