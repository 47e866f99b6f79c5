/**
 * CPU time of worker processes, read from /proc, for the measurements of `npm run bench:scaling`: `cpuUs()`
 * returns that of a process, and `LoadRecorder` samples it with the number of Consumers twice a second, for
 * the timeline.
 */
import fs from 'node:fs';

/** CPU time of a process in microseconds; of one that has ended, nothing. */
export function cpuUs(pid) {
  try {
    return fs
      .readdirSync(`/proc/${pid}/task`)
      .map((task) =>
        fs.readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8'),
      )
      .reduce((sum, text) => sum + Number(text.split(' ')[0]) / 1000, 0);
  } catch {
    return 0;
  }
}

const EVERY_MS = 500;

/** Writes down the load of worker processes, and how many Consumers there are. */
export class LoadRecorder {
  #workers;
  #consumers;
  #timer;
  #start = performance.now();
  #last = { at: this.#start, us: new Map() };
  #samples = [];

  /**
   * @param {() => number[]} workers - Their pids.
   * @param {() => number} consumers
   */
  constructor(workers, consumers) {
    this.#workers = workers;
    this.#consumers = consumers;
    this.#timer = setInterval(() => this.#sample(), EVERY_MS);
  }

  /**
   * @returns {{ seconds: number, consumers: number, load: Record<number, number> }[]} Load is by pid,
   *   per cent of one CPU.
   */
  stop() {
    clearInterval(this.#timer);

    return this.#samples;
  }

  #sample() {
    const at = performance.now();
    const us = new Map(this.#workers().map((pid) => [pid, cpuUs(pid)]));
    const elapsedUs = (at - this.#last.at) * 1000;

    this.#samples.push({
      seconds: (at - this.#start) / 1000,
      consumers: this.#consumers(),
      load: Object.fromEntries(
        [...us].map(([pid, now]) => [
          pid,
          (100 * (now - (this.#last.us.get(pid) ?? 0))) / elapsedUs,
        ]),
      ),
    });
    this.#last = { at, us };
  }
}
