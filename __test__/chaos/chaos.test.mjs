/** The quick form of `npm run chaos`. `CHAOS_SEED` repeats a run. */
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { cutsUnderLoad } from './cuts.mjs';
import { serverKills } from './kills.mjs';

const CUTS = 60;
const KILLS = 5;

const seed = Number(process.env.CHAOS_SEED ?? randomInt(2 ** 31));

test(`${CUTS} cuts under load`, { timeout: 120_000 }, async (context) => {
  context.diagnostic(`CHAOS_SEED=${seed}`);
  await cutsUnderLoad({
    seed,
    cuts: CUTS,
    log: (line) => context.diagnostic(line),
  });
});

test(`${KILLS} kills of the server`, { timeout: 120_000 }, async (context) => {
  context.diagnostic(`CHAOS_SEED=${seed}`);
  await serverKills({
    seed,
    kills: KILLS,
    log: (line) => context.diagnostic(line),
  });
});
