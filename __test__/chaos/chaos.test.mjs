/**
 * Quick form of `npm run chaos` for `npm test`: some cuts of the link under load and some kills of the
 * server. A failure means that a command is lost or executed twice, or a promise hangs. It prints its seed;
 * the variable `SEED` repeats a run.
 */
import { test } from 'node:test';
import { cutsUnderLoad } from './cuts.mjs';
import { serverKills } from './kills.mjs';
import { seedOfTest } from '../support/random.js';

const CUTS = 60;
const KILLS = 5;

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
