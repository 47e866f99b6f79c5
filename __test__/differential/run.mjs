#!/usr/bin/env node
/**
 * The differential test: every scenario drives npm's mediasoup and this package over the same worker binary,
 * each in its own process, and the two recordings must be equal. It prints the first differences and exits
 * with 1 if there are any.
 *
 * Options and parameters cross to Rust as JSON, so that scenarios give none that JSON can't carry (functions,
 * NaN, Infinity). Intended differences are in known.json.
 */
import { fork } from 'node:child_process';
import { randomInt } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { readArguments, usageError } from '../../scripts/lib/arguments.mjs';
import { fileURLToPath } from 'node:url';
import { TestServer } from '../support/server.mjs';
import { temporarySlots } from '../support/slots.mjs';
import { compare, describe } from './compare.js';
import { environmentFor, workerBinary } from '../support/reference.js';

const require = createRequire(import.meta.url);
const known = require('./known.json');

const HELP = `Usage: node __test__/differential/run.mjs [options]

  --only <text>        scenarios whose name contains this
  --seed <n>           for the random scenarios; default: a new one, printed
  --reference <module> what is right by definition; default: npm
  --subject <module>   what is judged; default: ours. A path or package name, too
  --remote             the subject's Workers live on a server, which is started here and spoken to
                       over TLS; scenarios that are about processes of this machine are left out
  --vertical <options> the subject's Workers are logical ones: 1, or as in
                       watermark=80. With --remote it is the server's setting. Between several
                       processes there is no order to compare: not for placement=spread
  --reads <a,b>        how the messages of the reference's workers and of the subject's fall into
                       reads: single, each by itself; merged, all of a moment at once. What is
                       compared mustn't depend on it. Not with --remote
  --repeat <n>         runs everything n times, with the next seed each time
  --all                prints all differences, not only the first of each scenario
  --print              prints what the reference did
  --help
`;

/** One difference makes others; beyond these they are seldom worth reading. */
const MAX_TOLD = 20;

/** Ways in which a worker's messages fall into reads: see reads.py. */
const READS = ['single', 'merged'];

/** Scenarios about a Worker's process, which isn't on this machine. */
const ABOUT_PROCESSES = ['signals', 'hostile'];

/** No scenario takes this long; one that does has got stuck. */
const SCENARIO_TIMEOUT_MS = 120_000;

async function main() {
  const { values } = readArguments(HELP, {
    only: { type: 'string', default: '' },
    seed: { type: 'number', default: randomInt(2 ** 31) },
    reference: { type: 'string', default: 'npm' },
    subject: { type: 'string', default: 'ours' },
    remote: { type: 'boolean', default: false },
    vertical: { type: 'string' },
    reads: { type: 'string' },
    repeat: { type: 'number', default: 1 },
    all: { type: 'boolean' },
    print: { type: 'boolean' },
  });
  if (values.reads && values.remote) {
    usageError('--reads is for workers of this machine, not for --remote');
  }

  const { seed } = values;
  const scenarios = fs
    .readdirSync(fileURLToPath(new URL('./scenarios', import.meta.url)))
    .filter((name) => name.includes(values.only))
    .map((name) => name.replace(/\.js$/, ''))
    .filter((name) => !values.remote || !ABOUT_PROCESSES.includes(name));
  const slots = temporarySlots();
  const vertical = values.vertical
    ? { REMOTE_MEDIASOUP_VERTICAL: values.vertical, ...slots.env }
    : {};
  const server = values.remote
    ? await TestServer.start({ env: vertical })
    : undefined;
  const environment = server ? server.env() : vertical;
  const totals = { steps: 0, differences: 0 };

  console.log(
    `${values.reference} against ${values.subject}, seed ${seed}, ${scenarios.length} scenarios`,
  );

  for (let round = 0; round < values.repeat; ++round) {
    const reports = [];

    for (const scenario of scenarios) {
      const { steps, differences, report } = await runScenario(
        scenario,
        seed + round,
        values,
        environment,
      );

      totals.steps += steps;
      totals.differences += differences;

      if (differences > 0) {
        reports.push(`${scenario}, seed ${seed + round}`, ...report);
      }
    }

    // Last, because what is printed above a long way is rarely read.
    reports.forEach((line) => console.log(line));
  }

  await server?.stop();
  slots.remove();
  console.log(`${totals.steps} steps, ${totals.differences} differences`);

  return totals.steps > 0 && totals.differences === 0;
}

async function runScenario(scenario, seed, options, environment) {
  const { reference, subject, reads, all, print } = options;
  const [itsReads, ourReads] = reads?.split(',').map(readsOf) ?? [];
  const records = [];

  // One after the other, since both use the same ports.
  for (const [target, own] of [
    [reference, itsReads ?? {}],
    [subject, { ...environment, ...ourReads }],
  ]) {
    records.push(await record(target, scenario, seed, own));
  }

  const [{ steps }] = records;
  const failures = records.filter(({ failure }) => failure);
  const found = compare(...records.map((entry) => entry.steps));
  const differences = found.filter(
    (entry) => !isKnown(scenario, entry, options),
  );
  const told = all ? differences : differences.slice(0, MAX_TOLD);
  const count = differences.length + failures.length;
  const deliberate = found.length - differences.length;

  console.log(
    `${scenario}: ${steps.length} steps, ${count} differences` +
      (deliberate > 0 ? ` and ${deliberate} known ones` : ''),
  );

  if (print) {
    for (const entry of steps) {
      console.log(JSON.stringify(entry));
    }
  }

  const report = told.map((it) => describe(it, [reference, subject]));

  if (told.length < differences.length) {
    report.push(`  and ${differences.length - told.length} more`);
  }

  for (const { target, failure } of failures) {
    report.push(`  ${target} didn't get to the end: ${failure}`);
  }

  return { steps: steps.length, differences: count, report };
}

/** Environment of a module whose workers' messages arrive so. */
function readsOf(reads) {
  if (!READS.includes(reads)) {
    usageError(`--reads ${reads} is not ${READS.join(' or ')}`);
  }

  return {
    MEDIASOUP_WORKER_BIN: fileURLToPath(new URL('./reads.py', import.meta.url)),
    READS_WORKER: workerBinary(),
    READS: reads,
  };
}

/** True if we differ there on purpose: known.json says why. */
function isKnown(scenario, { step }, { remote, vertical }) {
  return known.some(
    (entry) =>
      entry.scenario === scenario &&
      entry.steps.some((end) => step.endsWith(end)) &&
      (remote || !entry.remote) &&
      (vertical !== undefined || !entry.vertical),
  );
}

/**
 * Runs one scenario on one module in a process of its own.
 *
 * @returns {Promise<{ target: string, steps: object[], failure?: string }>}
 */
function record(target, scenario, seed, environment) {
  return new Promise((resolve, reject) => {
    const child = fork(
      fileURLToPath(new URL('./record.js', import.meta.url)),
      [scenario, String(seed)],
      {
        env: { ...environmentFor(target), ...environment },
        timeout: SCENARIO_TIMEOUT_MS,
      },
    );
    let recorded;

    child.on('message', (message) => {
      recorded = message;
    });
    child.on('error', reject);
    child.on('exit', (code, signal) =>
      resolve({
        target,
        steps: [],
        failure: recorded
          ? undefined
          : `it ended with ${signal ?? `code ${code}`}`,
        ...recorded,
      }),
    );
  });
}

process.exitCode = (await main()) ? 0 : 1;
