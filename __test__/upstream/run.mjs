#!/usr/bin/env node
/**
 * Command that runs mediasoup's own tests, as they ship in its npm package, on npm's JavaScript or on this
 * package. It fails at a failed test and also at another number of passed tests than the known one: a suite
 * that silently ran less would prove nothing.
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';
import { readArguments, usageError } from '../../scripts/lib/arguments.mjs';
import { TestServer } from '../support/server.mjs';
import { temporarySlots } from '../support/slots.mjs';
import { generateTests } from './generate.mjs';
import {
  environmentFor,
  npmPackageRoot,
  repositoryRoot,
} from '../support/reference.js';

const require = createRequire(import.meta.url);
const categories = require('./categories.json');
const verticalExceptions = require('./vertical-exceptions.json');

const HELP = `Usage: node __test__/upstream/run.mjs <npm|ours> [options] [-- jest's arguments]

  npm                   npm's JavaScript on our worker binary: 202 tests
  ours                  this repository: 199 tests, in both realms

Options
  --remote              the Workers live on a server, which is started here and spoken to over TLS:
                        194 tests, in both realms
  --vertical <options>  Workers are logical ones: 1, or as in maxWorkers=3,placement=spread. With --remote
                        it is the server's setting. What vertical-exceptions.json names must fail
  --realm <realm>       "single" (Node's own), "jest" (a vm context per test file) or "both";
                        default: both for ours, single for npm
  --help

Left out are categories of categories.json: "internal" for ours, none for npm; with --remote
"local-process" and "shared-port", too.
With arguments for jest (a file name, -t and a title) only a part runs and isn't counted.
`;

/** Tests in mediasoup 3.27.1's npm package. */
const TOTAL_TESTS = 202;

const here =
  import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const generated = path.join(
  repositoryRoot,
  '__test__',
  '.generated',
  'upstream',
);

async function main() {
  const { values, positionals } = readArguments(
    HELP,
    {
      remote: { type: 'boolean', default: false },
      vertical: { type: 'string' },
      realm: { type: 'string' },
    },
    { allowPositionals: true },
  );
  const [target, ...jestArguments] = positionals;

  if (!['npm', 'ours'].includes(target)) {
    usageError(`${target ?? 'no target'} is not npm or ours`);
  }

  const skip = skippedCategories(target, values.remote);
  const realm = values.realm ?? (target === 'ours' ? 'both' : 'single');
  const tests = path.join(generated, target);

  await generateTests({
    packageRoot: npmPackageRoot,
    shims: path.join(here, 'shims'),
    output: tests,
    privateBookkeeping: target === 'npm',
  });

  const vertical = values.vertical
    ? { REMOTE_MEDIASOUP_VERTICAL: values.vertical }
    : {};
  const slots = temporarySlots();
  const server = values.remote
    ? await TestServer.start({ env: { ...vertical, ...slots.env } })
    : undefined;
  const environment = {
    ...environmentFor(target),
    ...slots.env,
    ...(server ? server.env() : vertical),
  };
  const exceptions = verticalExceptions.filter(({ placement }) =>
    values.vertical?.includes(placement),
  );
  let good = true;

  for (const oneRealm of realm === 'both' ? ['single', 'jest'] : [realm]) {
    const report = await runJest(jestArguments, {
      ...environment,
      SUITE_TESTS: tests,
      SUITE_REALM: oneRealm,
      SUITE_SKIP: skip.join(','),
    });
    const failing = expectedFailures(exceptions, skip);
    const expected =
      jestArguments.length > 0
        ? undefined
        : expectedTests(skip) - failing.length;

    good = isGood(report, expected, failing) && good;
    console.log(
      `upstream suite on ${target}${server ? ' over TLS' : ''}` +
        `${values.vertical ? ` vertically (${values.vertical})` : ''}, realm ${oneRealm}: ` +
        `${report.numPassedTests} passed` +
        (expected ? ` of ${expected}` : '') +
        `, ${report.numFailedTests} failed` +
        (failing.length > 0 ? `, as ${failing.length} have to` : ''),
    );
  }

  await server?.stop();
  slots.remove();

  return good;
}

function skippedCategories(target, remote) {
  const ours = remote ? ['local-process', 'shared-port'] : [];

  return target === 'npm' ? [] : ['internal', ...ours];
}

function expectedTests(skip) {
  return skip
    .flatMap((category) => Object.values(categories[category].tests))
    .reduce((count, titles) => count - titles.length, TOTAL_TESTS);
}

/** `file: title` of what must fail, of all that isn't left out. */
function expectedFailures(exceptions, skip) {
  const skipped = skip.flatMap((category) => namesOf(categories[category]));

  return exceptions.flatMap(namesOf).filter((name) => !skipped.includes(name));
}

function namesOf({ tests }) {
  return Object.entries(tests).flatMap(([file, titles]) =>
    titles.map((title) => `${file}: ${title}`),
  );
}

/** True if all passed but for those that must fail, of which those that ran did. */
function isGood(report, expected, failing) {
  const results = report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ title, status }) => ({
      name: `${path.basename(name)}: ${title}`,
      status,
    })),
  );
  const crashed = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.length === 0,
  );
  const wrong = results.filter(
    ({ name, status }) =>
      status === (failing.includes(name) ? 'passed' : 'failed'),
  );

  for (const { name, status } of wrong) {
    console.log(`  ${name}: ${status}`);
  }

  return (
    wrong.length === 0 &&
    crashed.length === 0 &&
    report.numPassedTests > 0 &&
    (expected === undefined || report.numPassedTests === expected)
  );
}

/** Runs jest in its own process; resolves with its JSON report. */
function runJest(jestArguments, env) {
  const outputFile = path.join(generated, 'report.json');

  fs.rmSync(outputFile, { force: true });

  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [
        require.resolve('jest/bin/jest'),
        ...['--config', path.join(here, 'jest.config.js')],
        ...['--json', '--outputFile', outputFile],
        // One file at a time: the tests pick ports and signal processes.
        '--runInBand',
        '--forceExit',
        ...jestArguments,
      ],
      // The JSON report would go to the standard output, too; what is meant for people doesn't.
      { env, stdio: ['ignore', 'ignore', 'inherit'] },
    );

    child.on('error', reject);
    child.on('close', (code) => {
      if (fs.existsSync(outputFile)) {
        resolve(JSON.parse(fs.readFileSync(outputFile, 'utf8')));
      } else {
        reject(new Error(`jest exited with ${code} and without a report`));
      }
    });
  });
}

process.exitCode = (await main()) ? 0 : 1;
