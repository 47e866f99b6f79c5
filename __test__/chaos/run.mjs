#!/usr/bin/env node
/**
 * The command `npm run chaos`: cuts the link to a server at random bytes under load, then kills the server
 * again and again. It exits with an error at the first violation, and prints the seed that repeats it.
 */
import { randomInt } from 'node:crypto';
import { readArguments } from '../../scripts/lib/arguments.mjs';
import { cutsUnderLoad } from './cuts.mjs';
import { serverKills } from './kills.mjs';

const HELP = `Usage: npm run chaos -- [options]

Cuts the link to a server at random bytes under load, and kills the server.

  --cuts <n>     default: 1000
  --kills <n>    default: 100
  --seed <n>     default: a new one, printed
  --help
`;

const {
  values: { cuts, kills, seed },
} = readArguments(HELP, {
  cuts: { type: 'number', default: 1000 },
  kills: { type: 'number', default: 100 },
  seed: { type: 'number', default: randomInt(2 ** 31) },
});
const start = performance.now();
const log = (line) =>
  console.log(`${((performance.now() - start) / 1000).toFixed(1)} s: ${line}`);

console.log(`seed ${seed}`);

if (cuts > 0) {
  await cutsUnderLoad({ seed, cuts, log });
}
if (kills > 0) {
  await serverKills({ seed, kills, log });
}

console.log('every command once, every event once');
