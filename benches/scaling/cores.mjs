/**
 * Assigns CPU time to worker processes in `npm run bench:scaling` and `bench:media`: a CPU of its own for
 * each where there are enough, otherwise a fixed share of one. It gives workers a wrapper (`worker.sh`) that
 * puts each process onto its core.
 *
 * A share is a quota of a control group (cgroup v1 or v2, whichever has the cpu controller), so that a
 * machine of two CPUs has four small cores and still room for the load generator. Periods are short: a worker
 * that has used up its share waits for a few milliseconds, not for the 100 of the default. The group has
 * precedence over other load, so that a core really has its share.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../../__test__/support/until.mjs';

const WRAPPER = fileURLToPath(new URL('./worker.sh', import.meta.url));

/** CPUs that workers leave to the load generator and to Node.js where they have CPUs of their own. */
const OTHERS = 2;

/** The kernel takes no shorter quota. */
const MIN_QUOTA_US = 1000;
const PERIOD_US = 5000;

/** Processes leave their group when they are gone for good. */
const EMPTY_MS = 5000;

export class Cores {
  #turns;
  #worker;
  #cores;

  /**
   * @param {object} options
   * @param {number} options.count - How many cores there are to be.
   * @param {string} options.mode - `pin`, `quota:<per cent>`, `free` or `auto`.
   * @param {string} options.worker - The worker binary.
   */
  constructor({ count, mode, worker }) {
    const { share, pinned } = shares(mode, count, os.availableParallelism());

    /** Of a CPU, per cent. */
    this.share = share;
    this.pinned = pinned;
    this.#worker = worker;
    this.#turns = fs.mkdtempSync(path.join(os.tmpdir(), 'scaling-'));
    this.#cores = Array.from({ length: count }, (_, number) => ({
      cpu: number % os.availableParallelism(),
      group: share < 100 ? createGroup(number, share) : undefined,
    }));
  }

  /** Environment of a program whose workers get these cores, its first worker the first one. */
  env(count) {
    for (const turn of fs.readdirSync(this.#turns)) {
      fs.rmdirSync(path.join(this.#turns, turn));
    }

    return this.share === 100 && !this.pinned
      ? { MEDIASOUP_WORKER_BIN: this.#worker }
      : {
          MEDIASOUP_WORKER_BIN: WRAPPER,
          SCALING_WORKER: this.#worker,
          SCALING_TURNS: this.#turns,
          SCALING_CORES: this.#cores
            .slice(0, count)
            .map(({ cpu, group }) => (group ? `${cpu}:${group}` : cpu))
            .join(' '),
        };
  }

  /** Group of everything but workers: Node.js, and its child, the load generator. */
  get others() {
    const cpus = os.availableParallelism();

    return this.pinned && this.share === 100
      ? {
          execPath: 'taskset',
          execArgv: [
            '--cpu-list',
            `${this.#cores.length}-${cpus - 1}`,
            process.execPath,
          ],
        }
      : {};
  }

  /** For people. */
  toString() {
    const cpus = os.availableParallelism();

    if (!this.pinned) {
      return 'nothing is pinned: workers, load generator and Node.js share all CPUs';
    }

    return this.share === 100
      ? `worker n runs on CPU n, load generator and Node.js on the other ${cpus - this.#cores.length}`
      : `worker n runs on CPU n mod ${cpus} with ${this.share} % of it (a quota of a control group), ` +
          'load generator and Node.js have the rest';
  }

  async close() {
    fs.rmSync(this.#turns, { recursive: true, force: true });

    for (const { group } of this.#cores.filter((core) => core.group)) {
      await until(
        'workers have left their core',
        () => fs.readFileSync(path.join(group, 'cgroup.procs'), 'utf8') === '',
        EMPTY_MS,
      );
      fs.rmdirSync(group);
    }
  }
}

/**
 * Shares of a CPU that stand for cores, each with its place.
 *
 * @param {string} mode
 * @param {number} count - Of cores.
 * @param {number} cpus
 * @returns {{ share: number, pinned: boolean }}
 */
export function shares(mode, count, cpus) {
  const quota = /^quota:(\d+)$/.exec(mode);

  if (quota && quota[1] >= 1 && quota[1] < 100) {
    return { share: Number(quota[1]), pinned: true };
  }

  switch (mode) {
    case 'pin':
      if (cpus <= count) {
        throw new Error(`${count} cores need more than ${cpus} CPUs`);
      }

      return { share: 100, pinned: true };

    case 'free':
      return { share: 100, pinned: false };

    case 'auto':
      if (cpus >= count + OTHERS) {
        return { share: 100, pinned: true };
      }

      // Two fifths of the machine, rounded down to a multiple of five: the others need theirs.
      return groupsRoot()
        ? {
            share: Math.max(
              5,
              Math.min(50, Math.floor((8 * cpus) / count) * 5),
            ),
            pinned: true,
          }
        : { share: 100, pinned: false };

    default:
      throw new TypeError(`no such cores: ${mode}`);
  }
}

function createGroup(number, share) {
  const root = groupsRoot();

  if (!root) {
    throw new Error('no control groups that we may create: try --cores free');
  }

  const group = path.join(root.folder, `scaling-${process.pid}-${number}`);

  fs.mkdirSync(group);

  for (const [file, text] of root.limits(quotaOf(share))) {
    fs.writeFileSync(path.join(group, file), text);
  }

  return group;
}

/** @returns {{ quotaUs: number, periodUs: number }} */
export function quotaOf(share) {
  const quotaUs = Math.max(MIN_QUOTA_US, (PERIOD_US * share) / 100);

  return { quotaUs, periodUs: Math.round((quotaUs * 100) / share) };
}

/** Directory for new groups, and the controller that limits one. */
function groupsRoot() {
  const versions = [
    {
      folder: '/sys/fs/cgroup/cpu',
      probe: 'cpu.cfs_quota_us',
      limits: ({ quotaUs, periodUs }) => [
        ['cpu.cfs_period_us', String(periodUs)],
        ['cpu.cfs_quota_us', String(quotaUs)],
        ['cpu.shares', '262144'],
      ],
    },
    {
      folder: '/sys/fs/cgroup',
      probe: 'cgroup.controllers',
      limits: ({ quotaUs, periodUs }) => [
        ['cpu.max', `${quotaUs} ${periodUs}`],
        ['cpu.weight', '10000'],
      ],
    },
  ];

  return versions.find(
    ({ folder, probe }) =>
      process.getuid() === 0 && fs.existsSync(path.join(folder, probe)),
  );
}
