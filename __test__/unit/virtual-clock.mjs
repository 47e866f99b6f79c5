/**
 * Clock for unit tests that moves only when the test calls `advance()`, which runs the timers that are due.
 */

export class VirtualClock {
  time = 0;

  #timers = new Set();

  now = () => this.time;

  later = (callback, ms) => {
    const timer = { at: this.time + ms, callback };

    this.#timers.add(timer);

    return timer;
  };

  cancel = (timer) => {
    this.#timers.delete(timer);
  };

  /** Moves on, ringing what is due on the way. */
  advance(ms) {
    const end = this.time + ms;

    for (;;) {
      const [next] = [...this.#timers]
        .filter(({ at }) => at <= end)
        .sort((one, other) => one.at - other.at);

      if (!next) break;

      this.#timers.delete(next);
      this.time = Math.max(this.time, next.at);
      next.callback();
    }

    this.time = Math.max(this.time, end);
  }

  get timers() {
    return this.#timers.size;
  }
}
