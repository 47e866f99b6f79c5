#!/usr/bin/env node
/**
 * The command `npm run bench:media`: measures media in batches (several packets per system call) beside media
 * one by one, as consumers that one worker process carries and CPU time per packet, and prints tables with
 * the targets.
 *
 * Both sides are the same worker binary; a variable turns batches off. Rounds alternate, so that both meet
 * the same machine. The flagship part compares npm's JavaScript and its worker as upstream builds it.
 */
import fs from 'node:fs';
import path from 'node:path';
import { readArguments } from '../scripts/lib/arguments.mjs';
import { root } from '../scripts/lib/project.mjs';
import { main } from '../scripts/lib/run.mjs';
import { MediaBench, PARTS } from './media/bench.mjs';
import { isMet, markdown } from './media/report.mjs';
import { Cores } from './scaling/cores.mjs';
import { buildGenerator } from './scaling/generator.mjs';
import { workerBinary } from './scaling/modules.mjs';

const HELP = `Usage: npm run bench:media -- [options]

  --only <text>    parts whose name contains this: ${PARTS.join(', ')}
  --cells <text>   of the cells those whose name contains one of these (commas separate several)
  --passes <n>     how often each side of a cell is searched, of which the best counts; default: 2
  --seconds <n>    how long packets are counted; default: 3
  --rounds <n>     of the CPU time's measurement; default: 3
  --cores <mode>   as of bench:scaling; default: pin, the worker on CPU 0 and all else on the others
  --upstream <f>   mediasoup's worker as upstream builds it; default: this package's, with batches off
  --json <file>    where results go; default: benches/results/media.json
  --from <file>    measures nothing, prints these results
  --help
`;

/** Ends the running measurement, and no other one begins. */
const stop = new AbortController();

async function run() {
  const { values } = readArguments(HELP, {
    only: { type: 'string', default: '' },
    cells: { type: 'string', default: '' },
    passes: { type: 'number', default: 2 },
    seconds: { type: 'number', default: 3 },
    rounds: { type: 'number', default: 3 },
    cores: { type: 'string', default: 'pin' },
    upstream: { type: 'string' },
    json: {
      type: 'string',
      default: path.join(root, 'benches', 'results', 'media.json'),
    },
    from: { type: 'string' },
  });

  const results = values.from
    ? JSON.parse(fs.readFileSync(values.from, 'utf8'))
    : await measure(values);

  console.log(markdown(results));
  process.exitCode = isMet(results) ? 0 : 1;
}

async function measure(values) {
  const cores = new Cores({
    count: 1,
    mode: values.cores,
    worker: workerBinary(),
  });

  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());

  try {
    const results = await new MediaBench({
      ...values,
      cores,
      generator: buildGenerator(),
      signal: stop.signal,
    }).run();

    fs.mkdirSync(path.dirname(values.json), { recursive: true });
    fs.writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);

    return results;
  } finally {
    await cores.close();
  }
}

await main(run);
