/**
 * The command `npm run coverage`: runs the tests and prints which lines of the crates, the addon and `lib/`
 * they executed, and which they did not. Rust's own tests and the JavaScript suites count together, since the
 * latter run an addon that counts, too. It fails where a crate or folder is below the threshold.
 */

import path from 'node:path';

import { javaScriptLines, rustLines } from './coverage/lines.mjs';
import { report } from './coverage/report.mjs';
import { runAll } from './coverage/runs.mjs';
import { readArguments } from './lib/arguments.mjs';
import { root } from './lib/project.mjs';
import { Failure, main } from './lib/run.mjs';
import { setup } from './setup.mjs';

const HELP = `Usage: npm run coverage [-- --report]

Runs Rust's tests and the JavaScript suites with counting on, and prints how many
lines of each file they run. Fails below 95 % of a crate's, the addon's or lib/'s.

  --report   prints the table of the last run again
  --help     this text

scripts/coverage/reasons.json says why a place is not covered.`;

const OUTPUT = path.join(root, 'coverage');

await main(async () => {
  const { values } = readArguments(HELP, { report: { type: 'boolean' } });
  const problems = [];

  if (!values.report) {
    await setup(['modules', 'worker']);
    problems.push(...(await runAll(OUTPUT)).map((run) => `failed: ${run}`));
  }

  const files = new Map([
    ...rustLines(OUTPUT),
    ...(await javaScriptLines(OUTPUT)),
  ]);

  problems.push(...report(files).map((group) => `below 95 %: ${group}`));

  if (problems.length > 0) {
    throw new Failure(problems.join('\n'));
  }
});
