/**
 * Tables of `npm run bench:scaling`: the Workers that carry the media (npm, plain, pipes by hand, vertical)
 * and the media that they carry (one Producer or ten, RTP or SRTP). The driver `bench.mjs` measures the
 * combinations.
 */

/** Per cent of a core at which a real Worker counts as full: the default of vertical Workers. */
const WATERMARK = 60;

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {number} cores - How many workers there may be.
 * @property {string} module
 * @property {number} workers - How many Workers the program creates.
 * @property {object} [vertical] - Options of vertical Workers.
 * @property {NodeJS.ProcessEnv} [env]
 * @property {boolean} [quick] - Whether it is part of a quick run.
 */

/**
 * @param {object} options
 * @param {string} options.npm - Path of npm's module.
 * @param {string} options.ours
 * @param {number} options.share - Per cent of a CPU that a core is: vertical Workers measure CPUs.
 * @param {number} options.maxCores
 * @returns {Case[]}
 */
export function allCases({ npm, ours, share, maxCores }) {
  const vertical = (cores, placement) => {
    const options = {
      maxWorkers: cores,
      placement,
      watermark: (WATERMARK * share) / 100,
    };

    return {
      name: `vertical, ${placement}`,
      cores,
      module: ours,
      workers: 1,
      vertical: options,
      quick: cores > 1 && placement === 'fill',
      env: { REMOTE_MEDIASOUP_VERTICAL: JSON.stringify(options) },
    };
  };
  const byHand = (cores) => ({
    name: 'pipes by hand',
    cores,
    module: ours,
    workers: cores,
  });
  const more = Array.from({ length: maxCores - 1 }, (_, index) => index + 2);

  return [
    // What the others are compared with comes first.
    { name: 'plain', cores: 1, module: ours, workers: 1, quick: true },
    { name: 'npm', cores: 1, module: npm, workers: 1 },
    vertical(1, 'fill'),
    ...more.flatMap((cores) => [
      byHand(cores),
      vertical(cores, 'fill'),
      vertical(cores, 'spread'),
    ]),
  ];
}

/** Shapes: numbers of senders and receivers. */
export const SHAPES = [
  { name: '1 producer, RTP', speakers: 1, srtp: false },
  { name: '10 producers, RTP', speakers: 10, srtp: false },
  { name: '1 producer, SRTP', speakers: 1, srtp: true },
  { name: '10 producers, SRTP', speakers: 10, srtp: true },
];
