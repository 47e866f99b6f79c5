/**
 * Parts of bench:media: what recordings have to gain, consumers per core, CPU time per packet, and the
 * comparison with npm's package.
 *
 * benches/media.mjs runs it; each part returns rows for report.mjs.
 */
import { machine, measureApart } from '../scaling/apart.mjs';
import { modules } from '../scaling/modules.mjs';
import { describePoint } from '../scaling/report.mjs';
import { highest } from '../scaling/search.mjs';
import { streamOf } from '../scaling/streams.mjs';
import { RECORDINGS, readRecording, runsOf } from './recordings.mjs';

/** Shapes of a room: one speaker for all, and ten who see each other. */
const WEBINAR = { shape: 'webinar', speakers: 1 };
const ROUND = { shape: 'round of ten', speakers: 10 };

/** Cells of the search. `target`: wanted ratio of consumers, batches to one by one. */
const CELLS = [
  { ...WEBINAR, stream: 'vp8', media: 'recorded frames', target: 1.5 },
  { ...ROUND, stream: 'vp8', media: 'recorded frames', target: 1.6 },
  { ...WEBINAR, stream: 'video', media: 'evenly paced video', target: 0.98 },
  { ...ROUND, stream: 'video', media: 'evenly paced video', target: 1.6 },
  { ...WEBINAR, stream: 'audio', media: 'audio', target: 0.98 },
  { ...ROUND, stream: 'audio', media: 'audio', target: 1.6 },
].map((cell) => ({
  ...cell,
  srtp: true,
  name: `${cell.media}, ${cell.shape}`,
}));

/** Cells of the comparison with npm's package. */
const FLAGSHIP = CELLS.filter(({ stream }) => stream === 'vp8');

const OFF = { REMOTE_MEDIASOUP_SEND_BATCH: '0' };

/** The two sides: the same module and worker. */
const SIDES = {
  single: { module: modules.ours, workers: 1, cores: 1, env: OFF },
  batch: { module: modules.ours, workers: 1, cores: 1, env: {} },
};

/** Turns for which runs are counted: an idle worker's, and those of a busier one. */
const TURNS_US = [0, 1000, 5000];

/** Consumers of the first measurement, on a whole CPU at 100 packets per second. */
const FIRST = 250;

export const PARTS = ['runs', 'capacity', 'delay', 'cost', 'flagship'];

export class MediaBench {
  #options;

  /** @param {object} options - What the command line says, cores, generator and signal. */
  constructor(options) {
    this.#options = options;
  }

  async run() {
    const results = { machine: machine(this.#options.cores) };

    for (const part of PARTS.filter((name) =>
      name.includes(this.#options.only),
    )) {
      results[part] = await this[part](results);
    }

    return results;
  }

  /** Runs of equal packets in the recordings. */
  runs() {
    return Object.entries(RECORDINGS).flatMap(([name, of]) =>
      TURNS_US.map((turnUs) => ({
        of,
        turnUs,
        ...runsOf(readRecording(name).packets, turnUs),
      })),
    );
  }

  /** The most consumers of both sides. */
  capacity() {
    return this.#searchAll(CELLS, SIDES);
  }

  /** Delay of both sides at half of what one by one carries. */
  async delay({ capacity = [] }) {
    const rows = [];

    for (const { cell, single } of capacity.filter((row) => row.single)) {
      const row = { cell };

      for (const [side, one] of Object.entries(SIDES)) {
        const consumers = wholeRounds(single.consumers / 2, cell.speakers);

        row[side] = (await this.#point(one, cell, consumers)).delay;
      }
      rows.push(row);
    }

    return rows;
  }

  /** CPU time per packet of both sides, RTP and SRTP, the best of alternate rounds. */
  async cost() {
    const cells = CELLS.flatMap((cell) =>
      [false, true].map((srtp) => ({ ...cell, srtp })),
    ).filter((cell) => this.#isChosen(cell));
    const rows = [];

    for (const cell of cells) {
      const consumers = wholeRounds(0.8 * this.#first(cell), cell.speakers);
      const best = { single: Infinity, batch: Infinity };

      for (let round = 0; round < this.#options.rounds; ++round) {
        for (const [side, one] of Object.entries(SIDES)) {
          const { usPerPacket } = await this.#point(one, cell, consumers);

          best[side] = Math.min(best[side], usPerPacket);
        }
      }
      rows.push({ cell, consumers, ...best });
    }

    return rows;
  }

  /** The most consumers of npm's package, with its worker as upstream builds it, and of this one. */
  flagship() {
    const { upstream } = this.#options;

    return this.#searchAll(FLAGSHIP, {
      single: {
        ...SIDES.single,
        module: modules.npm,
        env: upstream ? { SCALING_WORKER: upstream } : OFF,
      },
      batch: SIDES.batch,
    });
  }

  async #searchAll(cells, sides) {
    const rows = [];

    for (const cell of cells.filter((one) => this.#isChosen(one))) {
      const row = { cell };

      for (let pass = 0; pass < this.#options.passes; ++pass) {
        for (const [side, one] of Object.entries(sides)) {
          console.error(`${cell.name}: ${side}`);
          row[side] = better(row[side], await this.#search(one, cell));
        }
      }
      rows.push({ ...row, gain: row.batch.consumers / row.single.consumers });
    }

    return rows;
  }

  async #search(one, cell) {
    const { best, highest: consumers } = await highest({
      first: wholeRounds(this.#first(cell), cell.speakers),
      unit: cell.speakers,
      precision: 0.03,
      attempts: 2,
      share: this.#options.cores.share,
      measure: (count) => this.#point(one, cell, count),
    });

    return { consumers, delay: best?.delay, load: best?.coreLoad };
  }

  async #point(one, { stream, speakers, srtp }, consumers) {
    const { cores, generator, signal, seconds } = this.#options;
    const measured = await measureApart({
      one,
      cores,
      generator,
      signal,
      seconds,
      joinSeconds: 1,
      isEstimating: false,
      stream,
      speakers,
      srtp,
      consumers,
    });
    const point = {
      ...measured,
      consumers,
      coreLoad: measured.load.map((load) => (100 * load) / cores.share),
    };

    console.error(describePoint(point));

    return point;
  }

  #first({ stream }) {
    const share = this.#options.cores.share / 100;

    return (FIRST * share * 100) / streamOf(stream).perSecond;
  }

  #isChosen({ name }) {
    return this.#options.cells
      .split(',')
      .some((text) => name.includes(text.trim()));
  }
}

function better(one, other) {
  return one && one.consumers >= other.consumers ? one : other;
}

function wholeRounds(consumers, speakers) {
  return Math.max(1, Math.round(consumers / speakers)) * speakers;
}
