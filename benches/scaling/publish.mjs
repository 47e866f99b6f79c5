/**
 * Publication of the results of `npm run bench:scaling --publish` in the documentation: it draws the charts
 * in docs/images and replaces the table between two marks of docs/SCALING.md.
 */
import fs from 'node:fs';
import path from 'node:path';
import { lineChart } from './chart.mjs';
import { markdown } from './report.mjs';

const BEGIN = '<!-- bench:scaling -->';
const END = '<!-- /bench:scaling -->';

/**
 * @param {object} results - As benches/scaling.mjs writes them.
 * @param {string} root - The repository.
 */
export function publish(results, root) {
  const images = path.join(root, 'docs', 'images');
  const page = path.join(root, 'docs', 'SCALING.md');

  for (const [name, svg] of Object.entries(pictures(results))) {
    fs.writeFileSync(path.join(images, `scaling-${name}.svg`), svg);
  }

  fs.writeFileSync(
    page,
    withTable(fs.readFileSync(page, 'utf8'), markdown(results)),
  );
}

/** Replaces what is between the marks. */
export function withTable(text, table) {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);

  if (begin < 0 || end < begin) {
    throw new Error(`there are no ${BEGIN} and ${END}`);
  }

  return `${text.slice(0, begin + BEGIN.length)}\n\n${table}\n\n${text.slice(end)}`;
}

/** SVG by name, of those parts that were measured. */
export function pictures({ capacity, timeline }) {
  return {
    ...(capacity?.some(({ highest }) => highest) && {
      cores: coresPicture(capacity),
      delay: delayPicture(capacity),
    }),
    ...(timeline && { load: loadPicture(timeline) }),
  };
}

/** Throughput against cores, of the first kind of media: the others have no more than two. */
function coresPicture(capacity) {
  const [{ shape }] = capacity;
  const rows = capacity.filter((row) => row.shape === shape && row.highest);
  const names = [...new Set(rows.map(({ name }) => name))];
  const most = Math.max(...rows.map(({ cores }) => cores));
  const plain = rows.find(({ name }) => name === 'plain');
  const ideal = plain && {
    name: 'plain, times cores',
    dashed: true,
    points: [1, most].map((cores) => [cores, cores * plain.highest]),
  };
  const measured = names.map((name) => ({
    name,
    dots: true,
    points: rows
      .filter((row) => row.name === name)
      .map(({ cores, highest }) => [cores, highest]),
  }));

  return lineChart({
    title: `Throughput against cores (${shape})`,
    x: 'cores',
    y: 'most consumers within the limits',
    xTicks: Array.from({ length: most + 1 }, (_, cores) => cores),
    series: ideal ? [...measured, ideal] : measured,
  });
}

/** Picture of the delay on the way to the limit; it leaves out measurements beyond. */
function delayPicture(capacity) {
  const [{ shape }] = capacity;
  const rows = capacity.filter(
    (row) => row.shape === shape && row.highest && row.cores <= 2,
  );

  return lineChart({
    title: `Delay against consumers (${shape})`,
    x: 'consumers',
    y: 'p99 of the forwarding delay, ms',
    series: rows.map(({ name, cores, highest, points }) => ({
      name: `${name}, ${cores === 1 ? '1 core' : `${cores} cores`}`,
      dots: true,
      points: points
        .filter(
          ({ consumers, delay }) => consumers <= highest && delay.p99 < 50,
        )
        .map(({ consumers, delay }) => [consumers, delay.p99])
        .sort(([a], [b]) => a - b),
    })),
  });
}

/** A line per worker, from its first to its last sample; consumers behind. */
function loadPicture({ name, share, watermark, samples }) {
  const pids = [...new Set(samples.flatMap(({ load }) => Object.keys(load)))];
  const ofCore = (load) => (100 * load) / share;
  const end = samples.at(-1).seconds;

  return lineChart({
    title: `Load per worker while listeners come and go (${name})`,
    x: 'seconds',
    y: 'per cent of a core',
    maxY: 100,
    series: [
      ...pids.map((pid, index) => ({
        name: `real Worker ${index + 1}`,
        points: samples
          .filter(({ load }) => pid in load)
          .map(({ seconds, load }) => [
            seconds,
            Math.min(100, ofCore(load[pid])),
          ]),
      })),
      ...(watermark
        ? [
            {
              name: 'watermark',
              dashed: true,
              points: [0, end].map((seconds) => [seconds, ofCore(watermark)]),
            },
          ]
        : []),
    ],
    area: {
      name: `consumers, up to ${Math.max(...samples.map(({ consumers }) => consumers))}`,
      points: samples.map(({ seconds, consumers }) => [seconds, consumers]),
    },
  });
}
