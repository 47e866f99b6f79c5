#!/usr/bin/env node
/** The chaos test as a command: `npm run chaos`. */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { cutsUnderLoad } from './cuts.mjs';
import { serverKills } from './kills.mjs';

const HELP = `Usage: npm run chaos -- [options]

Cuts the link to a server at random bytes under load, and kills the server.

  --cuts <n>     default: 1000
  --kills <n>    default: 100
  --seed <n>     default: a new one, printed
  --help
`;

const { values } = parseArgs({
  options: {
    cuts: { type: 'string', default: '1000' },
    kills: { type: 'string', default: '100' },
    seed: { type: 'string' },
    help: { type: 'boolean' },
  },
});

if (values.help) {
  console.log(HELP);
} else {
  const seed = Number(values.seed ?? randomInt(2 ** 31));
  const start = performance.now();
  const log = (line) =>
    console.log(
      `${((performance.now() - start) / 1000).toFixed(1)} s: ${line}`,
    );

  console.log(`seed ${seed}`);

  if (Number(values.cuts) > 0) {
    await cutsUnderLoad({ seed, cuts: Number(values.cuts), log });
  }
  if (Number(values.kills) > 0) {
    await serverKills({ seed, kills: Number(values.kills), log });
  }

  console.log('every command once, every event once');
}
