'use strict';
/**
 * Random generator with a seed, by pure-rand, for tests: the same seed makes the same run. `seedOfTest()`
 * takes the seed from the variable `SEED` or draws one, and prints it.
 */

const { randomInt } = require('node:crypto');
const { uniformInt } = require('pure-rand/distribution/uniformInt');
const { xoroshiro128plus } = require('pure-rand/generator/xoroshiro128plus');

/** The seed of a test: of `SEED` where a run is to be repeated, or else a new one. Prints it. */
function seedOfTest() {
  const seed = Number(process.env.SEED ?? randomInt(2 ** 31));

  console.log(`SEED=${seed}`);

  return seed;
}

class Random {
  #generator;

  /** @param {number} seed */
  constructor(seed) {
    this.#generator = xoroshiro128plus(seed);
  }

  /** @returns {number} At least 0 and below `limit`, an integer. */
  below(limit) {
    return uniformInt(this.#generator, 0, limit - 1);
  }

  /**
   * @template T
   * @param {ArrayLike<T>} items
   * @returns {T}
   */
  pick(items) {
    return items[this.below(items.length)];
  }
}

module.exports = { Random, seedOfTest };
