'use strict';
/** A small seeded generator (mulberry32): the same seed makes the same scenario on both sides. */
class Random {
  #state;

  /** @param {number} seed */
  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** @returns {number} At least 0 and below `limit`, an integer. */
  below(limit) {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;

    let mixed = this.#state;

    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);

    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  /**
   * @template T
   * @param {T[]} items
   * @returns {T}
   */
  pick(items) {
    return items[this.below(items.length)];
  }
}

module.exports = { Random };
