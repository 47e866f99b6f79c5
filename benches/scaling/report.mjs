/**
 * Report of `npm run bench:scaling`: results as Markdown tables, and whether they meet the project's targets.
 * `scaling.mjs` prints it and exits with an error below a target.
 */
import { LIMITS, lossOf } from './search.mjs';

/** Vertical on two cores carries so many times what one plain Worker does. */
export const MIN_GAIN = 1.8;

/** Limit of the cost of one core on vertical, as a share of a plain Worker's. */
export const MAX_COST = 1.03;

/** True if every measurement that a target is set for meets it. */
export function isMet({ capacity = [], overhead, errors }) {
  return (
    !errors &&
    capacity.every((row) => !row.error && gainIsMet(row) !== false) &&
    (!overhead || overhead.ratio <= MAX_COST)
  );
}

/** Nothing where no target is set. */
function gainIsMet({ name, cores, gain }) {
  return name.startsWith('vertical') && cores === 2 && gain !== undefined
    ? gain >= MIN_GAIN
    : undefined;
}

/** @param {object} results - As benches/scaling.mjs writes them. */
export function markdown(results) {
  const { machine, stream, capacity, overhead } = results;

  return [
    `${machine.cpus} x ${machine.model}, Node.js ${machine.node}, load before ${machine.load}. A core: ${machine.cores}. ` +
      `Each producer sends ${stream.perSecond} packets of ${stream.bytes} bytes per second.`,
    ...(capacity ? ['', ...capacityTable(capacity)] : []),
    ...(overhead ? ['', overheadText(overhead)] : []),
  ].join('\n');
}

function capacityTable(rows) {
  return [
    `Most consumers with less than ${LIMITS.loss} % loss and a p99 delay under ${LIMITS.delayMs} ms:`,
    '',
    '| media | Workers | cores | consumers | of plain | packets/s out | delay p50, p99: ms | loss: % | load per worker: % of its core | generator: % of a CPU |',
    '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...rows.map((row) => `| ${capacityCells(row).join(' | ')} |`),
  ];
}

function capacityCells(row) {
  const { shape, name, cores, highest, best, gain, error } = row;

  if (!best) {
    return [shape, name, cores, error ?? 'none', ...Array(6).fill('')];
  }

  return [
    shape,
    name,
    cores,
    highest,
    gain === undefined
      ? ''
      : `${gain.toFixed(2)}${gainIsMet(row) === false ? ' (**miss**)' : ''}`,
    Math.round(best.received / best.seconds),
    `${best.delay.p50.toFixed(1)}, ${best.delay.p99.toFixed(1)}`,
    lossOf(best).toFixed(3),
    best.coreLoad.map((load) => load.toFixed(0)).join(' + '),
    best.cpu.toFixed(0),
  ];
}

function overheadText({ consumers, plain, vertical, ratio, rounds }) {
  return (
    `One core, ${consumers} consumers: ${plain.toFixed(2)} us of the worker's CPU time per packet with a plain Worker, ` +
    `${vertical.toFixed(2)} with a vertical one of one core: ${ratio.toFixed(3)} times as much ` +
    `(best of ${rounds} alternate rounds; at most ${MAX_COST} wanted${ratio <= MAX_COST ? '' : ': **miss**'}).`
  );
}

/** A line for the screen while it runs. */
export function describePoint(point) {
  return (
    `${String(point.consumers).padStart(5)} consumers: loss ${lossOf(point).toFixed(3)} %, ` +
    `p99 ${point.delay.p99.toFixed(1)} ms, load ${point.coreLoad.map((load) => load.toFixed(0)).join(' + ')} %, ` +
    `generator ${point.cpu.toFixed(0)} % ` +
    `(late ${point.lateMs.toFixed(1)} ms, dropped ${point.receiverDrops})`
  );
}
