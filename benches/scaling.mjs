#!/usr/bin/env node
/**
 * The command `npm run bench:scaling`: measures how many Consumers one worker process and several carry. It
 * compares npm's mediasoup, a plain Worker, pipes written by hand, and vertical Workers (one Worker on
 * several processes); the load generator of benches/load sends and counts the media. Besides: the cost of a
 * vertical Worker that has one core, and the load of each worker while listeners come and go.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readArguments, usageError } from '../scripts/lib/arguments.mjs';
import { Bench } from './scaling/bench.mjs';
import { SHAPES } from './scaling/cases.mjs';
import { Cores } from './scaling/cores.mjs';
import { buildGenerator } from './scaling/generator.mjs';
import { repositoryRoot, workerBinary } from './scaling/modules.mjs';
import { publish } from './scaling/publish.mjs';
import { isMet, markdown } from './scaling/report.mjs';
import { STREAMS } from './scaling/streams.mjs';

const HELP = `Usage: npm run bench:scaling -- [options]

  --quick          one kind of media, plain and vertical on 2 cores, short measurements: less than 3 minutes
  --only <text>    parts whose name contains this: capacity, overhead, timeline
  --cases <text>   of 'npm', 'plain', 'pipes by hand', 'vertical, fill', 'vertical, spread' those that contain this
                   (commas separate several); plain is what others are compared with
  --shapes <text>  of ${SHAPES.map(({ name }) => `'${name}'`).join(', ')}, likewise (semicolons separate)
  --max-cores <n>  how many cores there are; default: as many as CPUs, 2 to 4; quick: 2
  --cores <mode>   what a core is: 'pin' (worker n runs on CPU n), 'quota:25' (25 % of a CPU, by a control group),
                   'free' (whatever is there), 'auto' (default: pin if there are two CPUs more than cores, else a quota)
  --stream <name>  ${Object.keys(STREAMS).join(' or ')}; default: video
  --seconds <n>    how long packets are counted; default: 4, quick: 2
  --passes <n>     how often each case is searched, of which the best counts; default: 3, quick: 1
  --rounds <n>     of the overhead's measurement; default: 5, quick: 3
  --peers <n>      listeners of the timeline; default: 0.85 of what so many plain Workers would carry
  --module <path>  this package; default: the one of this folder
  --generator <f>  the load generator; default: built from benches/load
  --json <file>    where results go; default: benches/results/scaling.json
  --publish        writes pictures and table into docs, too
  --from <file>    measures nothing, publishes these results
  --help
`;

/** `precision`: the answer of the search is at most this share too low; `attempts`: of a doubtful failure. */
const FULL = {
  seconds: 4,
  passes: 3,
  joinSeconds: 2,
  rounds: 5,
  // Not more than the machine has: a small share of a CPU is a dear one.
  maxCores: Math.min(Math.max(os.availableParallelism(), 2), 4),
  precision: 0.02,
  attempts: 3,
  timeline: {
    joinSeconds: 20,
    staySeconds: 3,
    leaveSeconds: 10,
    restSeconds: 5,
  },
};
const QUICK = {
  seconds: 2,
  passes: 1,
  joinSeconds: 1,
  rounds: 3,
  maxCores: 2,
  precision: 0.06,
  attempts: 2,
  timeline: { joinSeconds: 8, staySeconds: 2, leaveSeconds: 4, restSeconds: 4 },
};

/** Ends the running measurement, and no other one begins; results so far are kept. */
const stop = new AbortController();

async function main() {
  const values = settings();

  if (values.from) {
    publish(JSON.parse(fs.readFileSync(values.from, 'utf8')), repositoryRoot);

    return true;
  }

  const generator = path.resolve(values.generator ?? buildGenerator());
  const cores = new Cores({
    count: values.maxCores,
    mode: values.cores,
    worker: workerBinary(),
  });

  // Control groups outlive who made them, so it has to end by its own.
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());

  try {
    const results = await new Bench({
      ...values,
      generator,
      cores,
      signal: stop.signal,
    }).run();

    fs.mkdirSync(path.dirname(values.json), { recursive: true });
    fs.writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
    console.log(markdown(results));

    if (values.publish) {
      publish(results, repositoryRoot);
    }

    return isMet(results);
  } finally {
    await cores.close();
  }
}

function settings() {
  const text = { type: 'string' };
  const number = { type: 'number' };
  const { values } = readArguments(HELP, {
    quick: { type: 'boolean' },
    only: { ...text, default: '' },
    cases: { ...text, default: '' },
    shapes: text,
    'max-cores': number,
    cores: { ...text, default: 'auto' },
    stream: { ...text, default: 'video' },
    seconds: number,
    passes: number,
    rounds: number,
    peers: number,
    module: { ...text, default: repositoryRoot },
    generator: text,
    json: {
      ...text,
      default: path.join(repositoryRoot, 'benches', 'results', 'scaling.json'),
    },
    publish: { type: 'boolean' },
    from: text,
  });
  const size = values.quick ? QUICK : FULL;

  if (!STREAMS[values.stream]) {
    usageError(
      `--stream ${values.stream} is not ${Object.keys(STREAMS).join(' or ')}`,
    );
  }

  return {
    ...size,
    ...values,
    module: path.resolve(values.module),
    shapes: values.shapes ?? (values.quick ? SHAPES[0].name : ''),
    maxCores: values['max-cores'] ?? size.maxCores,
    seconds: values.seconds ?? size.seconds,
    passes: values.passes ?? size.passes,
    rounds: values.rounds ?? size.rounds,
  };
}

process.exitCode = (await main()) ? 0 : 1;
