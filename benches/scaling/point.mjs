/**
 * Child process for one measurement of `npm run bench:scaling` or `bench:media`, so that each has fresh
 * Workers and its own environment. `apart.mjs` starts it with options as JSON in its first argument; it fills
 * a room, counts packets, and sends the result to its parent.
 */
import { createRequire } from 'node:module';
import { childrenOf } from '../../__test__/support/processes.mjs';
import { Generator } from './generator.mjs';
import { LoadRecorder, cpuUs } from './load.mjs';
import { Room } from './room.mjs';
import { streamOf } from './streams.mjs';

const require = createRequire(import.meta.url);

/** Time that the last listener's packets flow before they count. */
const SETTLE_MS = 500;

/** Tolerated delay until all are there. */
const PATIENCE_MS = 4000;

const options = JSON.parse(process.argv[2]);

// Workers, the load generator and listeners that are still to come end with the process.
process.send(await run(options), () => process.exit());

async function run({ module, generator: command, stream, vertical, ...rest }) {
  const generator = await Generator.start(command);
  const room = await Room.open(require(module), {
    ...rest,
    generator,
    stream: streamOf(stream),
  });

  if (vertical && !Room.isVertical(room.workers[0])) {
    throw new Error('this module knows nothing of vertical Workers');
  }

  // The application's Workers may not be processes, but all worker processes are our children.
  const workers = () =>
    childrenOf(process.pid).filter((pid) => pid !== generator.pid);

  return rest.timeline
    ? record(room, workers, rest.timeline)
    : measure(room, workers, generator, rest);
}

/** Lets listeners come while media flows, then counts. */
async function measure(room, workers, generator, options) {
  const { consumers, speakers, joinSeconds, seconds } = options;
  const peers = Math.ceil(consumers / speakers);

  // Workers that are busy with media answer late. Who isn't there in time is part of the result.
  await Promise.race([
    paced(peers, joinSeconds, () => room.join()),
    sleep(joinSeconds * 1000 + PATIENCE_MS),
  ]);
  await sleep(SETTLE_MS);

  const read = () => ({
    at: performance.now(),
    main: process.cpuUsage(),
    workers: workers().map((pid) => ({ pid, us: cpuUs(pid) })),
  });
  const before = read();
  const measured = await generator.measure(seconds);
  const after = read();
  const elapsedUs = (after.at - before.at) * 1000;
  const used = after.workers.map(
    ({ pid, us }) =>
      us - (before.workers.find((earlier) => earlier.pid === pid)?.us ?? us),
  );
  const main = process.cpuUsage(before.main);
  // Sending goes on outside of the window, so CPU time is of as many packets as the clock tells.
  const packets =
    (measured.received / seconds) * ((after.at - before.at) / 1000);

  // A Consumer that isn't there gets nothing.
  const absent = Math.max(0, consumers - measured.consumers);
  const each = (measured.sent / speakers) * absent;

  return {
    ...measured,
    seconds,
    expected: measured.expected + each,
    worstLoss: absent > 0 ? 100 : measured.worstLoss,
    load: used.map((us) => (100 * us) / elapsedUs),
    mainLoad: (100 * (main.user + main.system)) / elapsedUs,
    usPerPacket: used.reduce((sum, us) => sum + us, 0) / packets,
  };
}

/** Listeners come, stay and go, while the load of every worker is written down. */
async function record(room, workers, timeline) {
  const { peers, joinSeconds, staySeconds, leaveSeconds, restSeconds } =
    timeline;
  const recorder = new LoadRecorder(workers, () => room.consumers);

  await paced(peers, joinSeconds, () => room.join());
  await sleep(staySeconds * 1000);
  // One stays.
  await paced(peers - 1, leaveSeconds, () => room.leave());
  await sleep(restSeconds * 1000);

  return { samples: recorder.stop() };
}

/** Starts something so many times, spread evenly, and waits for all. */
async function paced(times, seconds, act) {
  const start = performance.now();
  const acts = [];

  for (let number = 0; number < times; ++number) {
    const early = start + (number / times) * seconds * 1000 - performance.now();

    // Timers are no finer than that: what is a little early isn't held up by much.
    if (early >= 1) {
      await sleep(early);
    }

    acts.push(act());
  }

  await Promise.all(acts);
}

function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
