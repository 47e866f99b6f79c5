/** The quick form of `npm run chaos`. `SEED` repeats a run. */
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { cutsUnderLoad } from './cuts.mjs';
import { serverKills } from './kills.mjs';

const CUTS = 60;
const KILLS = 5;

const { seedOfTest } = createRequire(import.meta.url)('../support/random.js');
const seed = seedOfTest();

test(`${CUTS} cuts under load`, { timeout: 120_000 }, async (context) => {
  await cutsUnderLoad({
    seed,
    cuts: CUTS,
    log: (line) => context.diagnostic(line),
  });
});

test(`${KILLS} kills of the server`, { timeout: 120_000 }, async (context) => {
  await serverKills({
    seed,
    kills: KILLS,
    log: (line) => context.diagnostic(line),
  });
});
