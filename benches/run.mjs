#!/usr/bin/env node
/**
 * The command `npm run bench`: measures this package and npm's mediasoup side by side, in one run, over the
 * same worker binary, and prints the ratios. Every measurement is a process of its own, and the two modules
 * take turns, so that whatever else the machine does meets both.
 */
import fs from 'node:fs';
import { readArguments } from '../scripts/lib/arguments.mjs';
import { machine, measure } from './process.mjs';
import { markdown, rows } from './report.mjs';

const HELP = `Usage: node benches/run.mjs [options]

  --quick            fewer rounds and fewer objects: a minute instead of several
  --rounds <n>       how often each measurement is repeated; default: 5, quick: 2
  --only <text>      measurements whose name contains this:
                     ${measurementNames().join(', ')}
  --subject <module> what is compared with npm's mediasoup; default: ours
  --json <file>      writes every single result, too
  --help
`;

const REFERENCE = 'npm';

const FULL = { rounds: 5, objects: 1000, messages: 20_000, consumers: 3000 };
const QUICK = { rounds: 2, objects: 200, messages: 5000, consumers: 1000 };

async function main() {
  const { values } = readArguments(HELP, {
    quick: { type: 'boolean' },
    rounds: { type: 'number' },
    only: { type: 'string', default: '' },
    subject: { type: 'string', default: 'ours' },
    json: { type: 'string' },
  });
  const size = values.quick ? QUICK : FULL;
  const rounds = values.rounds ?? size.rounds;
  const names = measurementNames().filter((name) => name.includes(values.only));
  const sides = [REFERENCE, values.subject].map((target) => ({
    target,
    samples: {},
  }));

  for (let round = 1; round <= rounds; ++round) {
    for (const name of names) {
      for (const { target, samples } of sides) {
        console.error(`round ${round} of ${rounds}: ${name}, ${target}`);
        collect(samples, await measure(target, name, size));
      }
    }
  }

  const table = rows(...sides.map(({ samples }) => samples));

  console.log(machine(`${rounds} rounds`));
  console.log(markdown(table, [REFERENCE, values.subject]));

  if (values.json) {
    fs.writeFileSync(
      values.json,
      `${JSON.stringify({ machine: machine(`${rounds} rounds`), sides, table }, null, 2)}\n`,
    );
  }
}

function measurementNames() {
  return fs
    .readdirSync(new URL('./measurements', import.meta.url))
    .map((name) => name.replace(/\.js$/, ''));
}

/** Adds the results of one round to those of the rounds ahead of it. */
function collect(samples, results) {
  for (const [name, sample] of Object.entries(results)) {
    (samples[name] ??= []).push(sample);
  }
}

await main();
