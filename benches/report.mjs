/**
 * Report of the benchmark: turns samples into a table of ratios of this package to npm's mediasoup, and
 * checks the ratios against the project's targets. `run.mjs` calls it and prints the result.
 *
 * On a machine that does other things, too, the best of several rounds says most: nothing makes a program
 * faster by accident. The median stands beside it.
 */

/**
 * @typedef {object} Metric
 * @property {string} title
 * @property {boolean} moreIsBetter
 * @property {(name: string) => number | undefined} target - What the ratio of ours to npm's must
 *   reach at least (or at most), if there is one.
 * @property {(name: string) => number | undefined} [limit] - What the value itself must not exceed.
 * @property {number} digits
 */

/** Create, produce and consume are what a meeting grows by. */
const GROWTH = /^(createRouter|createWebRtcTransport|produce|consume )/;
const TWICE = /^(createRouter|produce|consume )/;
const EVENT = /^(message|RTP packet)/;

/** @type {Record<string, Metric>} */
const METRICS = {
  perSecond: {
    title: 'per second',
    moreIsBetter: true,
    digits: 0,
    target: (name) => {
      if (EVENT.test(name)) {
        return 2;
      }
      if (name.endsWith('| 64')) {
        return TWICE.test(name) ? 2 : 1;
      }

      return GROWTH.test(name) ? 1 : 0.9;
    },
  },
  cpuUs: {
    title: 'main thread, us',
    moreIsBetter: false,
    digits: 1,
    target: (name) => (EVENT.test(name) ? undefined : 0.5),
  },
  heapKiB: {
    title: 'JS heap, KiB',
    moreIsBetter: false,
    digits: 2,
    target: () => 1,
  },
  rssKiB: {
    title: 'resident memory, KiB',
    moreIsBetter: false,
    digits: 2,
    target: () => 1,
  },
  medianMs: {
    title: 'median, ms',
    moreIsBetter: false,
    digits: 2,
    target: () => undefined,
  },
  maxMs: {
    title: 'longest, ms',
    moreIsBetter: false,
    digits: 2,
    target: () => undefined,
    limit: (name) => (name === 'SIGKILL to died' ? 50 : undefined),
  },
};

/**
 * @param {Record<string, object[]>} reference - Samples of npm's module by measurement.
 * @param {Record<string, object[]>} subject - Samples of the other one.
 * @returns {object[]} One row per value that was measured.
 */
export function rows(reference, subject) {
  return Object.keys(reference).flatMap((name) =>
    Object.keys(reference[name][0]).map((key) => {
      const metric = METRICS[key];
      const values = [reference, subject].map((samples) =>
        summary(
          samples[name].map((sample) => sample[key]),
          metric,
        ),
      );
      const ratio = values[1].best / values[0].best;

      return {
        name,
        metric: key,
        reference: values[0],
        subject: values[1],
        ratio,
        medianRatio: values[1].median / values[0].median,
        ...verdict(name, metric, ratio, values[1].best),
      };
    }),
  );
}

function summary(values, { moreIsBetter }) {
  const sorted = [...values].sort((a, b) => a - b);

  return {
    best: moreIsBetter ? sorted.at(-1) : sorted[0],
    median: (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2,
  };
}

function verdict(name, { target, limit, moreIsBetter }, ratio, value) {
  const wanted = target(name);
  const most = limit?.(name);

  if (most !== undefined) {
    return { target: `<= ${most} ms`, ok: value <= most };
  }
  if (wanted === undefined) {
    return {};
  }

  return moreIsBetter
    ? { target: `>= ${wanted}`, ok: ratio >= wanted }
    : { target: `<= ${wanted}`, ok: ratio <= wanted };
}

/**
 * @param {object[]} table - From `rows()`.
 * @param {[string, string]} names - What to call the two modules.
 * @returns {string}
 */
export function markdown(table, [reference, subject]) {
  const lines = [
    `| what | measured | ${reference}: best (median) | ${subject}: best (median) | ratio | target | |`,
    '| --- | --- | ---: | ---: | ---: | ---: | --- |',
  ];

  for (const row of table) {
    const { title, digits } = METRICS[row.metric];
    const cell = ({ best, median }) =>
      `${best.toFixed(digits)} (${median.toFixed(digits)})`;
    const cells = [
      row.name.replace(' | ', ', in flight: '),
      title,
      cell(row.reference),
      cell(row.subject),
      row.ratio.toFixed(2),
      row.target ?? '',
      row.ok === undefined ? '' : row.ok ? 'ok' : '**miss**',
    ];

    lines.push(`| ${cells.join(' | ')} |`);
  }

  const judged = table.filter(({ ok }) => ok !== undefined);
  const good = judged.filter(({ ok }) => ok);

  lines.push('', `${good.length} of ${judged.length} targets met.`);

  return `${lines.join('\n')}\n`;
}
