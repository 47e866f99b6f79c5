/**
 * Driver of `npm run bench:scaling`: runs the three parts (capacity, overhead, timeline) with a process per
 * measurement, and resolves with all results as the report takes them.
 */
import { SHAPES, allCases } from './cases.mjs';
import { machine, measureApart } from './apart.mjs';
import { modules } from './modules.mjs';
import { describePoint } from './report.mjs';
import { foretold, highest } from './search.mjs';
import { STREAMS } from './streams.mjs';

/** Consumers of the first measurement, on a whole CPU at 100 packets per second. A CPU carries 600 or more. */
const FIRST = 300;

/** Of what a core carries: where its cost is measured. */
const OVERHEAD_SHARE = 0.6;

/** Of what the cores carry: how many listeners the timeline has. */
const TIMELINE_SHARE = 0.85;

/** Time that a real Worker may be empty in the timeline. */
const IDLE_SECONDS = 2;

export class Bench {
  #options;
  #cores;
  #cases;

  /**
   * @param {object} options - What the command line says, and:
   * @param {string} options.generator - The load generator's binary.
   * @param {import('./cores.mjs').Cores} options.cores
   * @param {AbortSignal} options.signal - Ends the running measurement, and no other one begins.
   */
  constructor(options) {
    this.#options = options;
    this.#cores = options.cores;
    this.#cases = allCases({
      npm: modules.npm,
      ours: options.module,
      share: options.cores.share,
      maxCores: options.maxCores,
    });
  }

  async run() {
    const results = {
      machine: machine(this.#cores),
      stream: STREAMS[this.#options.stream],
    };
    const parts = {
      capacity: () => this.#capacity((results.capacity = [])),
      overhead: () => this.#overhead(results.capacity),
      timeline: () => this.#timeline(results.capacity),
    };

    for (const [name, part] of Object.entries(parts)) {
      if (name.includes(this.#options.only)) {
        try {
          results[name] = await part();
        } catch (error) {
          // What was measured before is of use.
          console.error(error.message);
          results.errors = { ...results.errors, [name]: error.message };

          if (this.#options.signal.aborted) {
            break;
          }
        }
      }
    }

    return results;
  }

  /**
   * Fills rows, one kind of media after the other. All cases are searched in turn, several times, and the most that each has carried
   * counts: a machine that others share carries less in one minute than in the next, never more than it can.
   */
  async #capacity(rows) {
    for (const shape of SHAPES.filter(({ name }) =>
      contains(name, this.#options.shapes, ';'),
    )) {
      const chosen = this.#cases.filter(
        (one) =>
          contains(one.name, this.#options.cases, ',') &&
          // More cores are a matter of the layer, not of the media.
          (one.cores <= 2 || shape === SHAPES[0]) &&
          (one.quick || !this.#options.quick || this.#options.cases !== ''),
      );
      const found = new Map();

      for (let pass = 0; pass < this.#options.passes; ++pass) {
        for (const one of chosen) {
          const row = await this.#search(one, shape);

          found.set(one, better(found.get(one), row));
        }
      }

      const best = [...found.values()];
      const plain = best.find(({ name }) => name === 'plain')?.highest;

      for (const row of best) {
        rows.push({
          ...row,
          gain: plain && row.highest ? row.highest / plain : undefined,
        });
      }
    }

    return rows;
  }

  async #search(one, shape) {
    const row = { shape: shape.name, name: one.name, cores: one.cores };

    console.error(`${shape.name}: ${one.name}, ${one.cores} cores`);

    try {
      return {
        ...row,
        ...(await highest({
          first: this.#first() * one.cores,
          unit: shape.speakers,
          precision: this.#options.precision,
          attempts: this.#options.attempts,
          share: this.#cores.share,
          measure: (consumers) => this.#point(one, { ...shape, consumers }),
        })),
      };
    } catch (error) {
      this.#options.signal.throwIfAborted();
      console.error(error.message);

      return { ...row, highest: 0, points: [], error: error.message };
    }
  }

  async #overhead(capacity) {
    const [shape] = SHAPES;
    const sides = {
      plain: this.#cases.find(({ name }) => name === 'plain'),
      vertical: this.#cases.find(
        ({ name, cores }) => name === 'vertical, fill' && cores === 1,
      ),
    };
    const consumers = Math.round(
      OVERHEAD_SHARE * (await this.#oneCore(capacity)),
    );
    const samples = { plain: [], vertical: [] };

    console.error('overhead');

    for (let round = 0; round < this.#options.rounds; ++round) {
      for (const [side, one] of Object.entries(sides)) {
        const { usPerPacket } = await this.#point(one, { ...shape, consumers });

        samples[side].push(usPerPacket);
      }
    }

    // Nothing makes a program cheaper by accident.
    const [plain, vertical] = Object.values(samples).map((values) =>
      Math.min(...values),
    );

    return {
      consumers,
      plain,
      vertical,
      ratio: vertical / plain,
      rounds: this.#options.rounds,
      samples,
    };
  }

  async #timeline(capacity) {
    const cores = this.#options.maxCores;
    const one = this.#cases.find(
      (candidate) =>
        candidate.cores === cores &&
        contains(candidate.name, this.#options.cases || 'vertical, fill', ','),
    );

    if (!one) {
      return undefined;
    }

    // A round, as meetings are: its listeners are few enough to be placed one by one.
    const shape = SHAPES[1];
    const carried = TIMELINE_SHARE * cores * (await this.#oneCore(capacity));
    const peers = Number(
      this.#options.peers ?? Math.round(carried / shape.speakers),
    );
    const vertical = { ...one.vertical, idleTimeout: IDLE_SECONDS };

    console.error(`timeline, ${peers} listeners`);

    const { samples } = await this.#fork(one, {
      ...shape,
      timeline: { ...this.#options.timeline, peers },
      env: one.vertical && {
        REMOTE_MEDIASOUP_VERTICAL: JSON.stringify(vertical),
      },
    });

    return {
      name: one.name,
      cores,
      share: this.#cores.share,
      watermark: one.vertical?.watermark,
      samples,
    };
  }

  /** Capacity of one core, by the search or by its load at a first measurement. */
  async #oneCore(capacity = []) {
    const plain = capacity.find(
      ({ name, highest }) => name === 'plain' && highest,
    );

    if (plain) {
      return plain.highest;
    }

    const consumers = this.#first();
    const [shape] = SHAPES;
    const one = this.#cases.find(({ name }) => name === 'plain');
    const point = await this.#point(one, { ...shape, consumers });

    return foretold({ ...point, consumers }, this.#cores.share);
  }

  #first() {
    return Math.round(
      (FIRST * (this.#cores.share / 100) * 100) /
        STREAMS[this.#options.stream].perSecond,
    );
  }

  async #point(one, { speakers, srtp, consumers }) {
    const { seconds, joinSeconds } = this.#options;
    const measured = await this.#fork(one, {
      speakers,
      srtp,
      consumers,
      seconds,
      joinSeconds,
    });
    const point = {
      ...measured,
      consumers,
      coreLoad: measured.load.map((load) => (100 * load) / this.#cores.share),
    };

    console.error(describePoint(point));

    return point;
  }

  #fork(one, options) {
    return measureApart({
      ...options,
      one,
      cores: this.#cores,
      stream: this.#options.stream,
      generator: this.#options.generator,
      signal: this.#options.signal,
    });
  }
}

function better(one, other) {
  return one?.highest > other.highest ? one : other;
}

/** True if one of the texts is in the name. */
function contains(name, texts, separator) {
  return texts.split(separator).some((text) => name.includes(text.trim()));
}
