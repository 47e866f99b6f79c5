'use strict';

/**
 * List of the doctor's checks and their results. Each part of the doctor calls `check()` with a name, the
 * checks that it builds on, and a function; the command prints each result as it comes. A check that throws
 * has failed, and those that build on it are skipped.
 *
 * @typedef {'ok' | 'warn' | 'FAIL' | 'skip'} Status
 * @typedef {object} Check
 * @property {string} name
 * @property {Status} status
 * @property {string} text what is so
 * @property {string} [todo] what to do about it
 */

const ok = (text) => ({ status: 'ok', text });
const warn = (text, todo) => ({ status: 'warn', text, todo });
const fail = (text, todo) => ({ status: 'FAIL', text, todo });
const skip = (text) => ({ status: 'skip', text });

class Checkup {
  #tell;

  /** @type {Check[]} */
  checks = [];

  /** @param {(check: Check) => void} tell */
  constructor(tell) {
    this.#tell = tell;
  }

  get hasFailed() {
    return this.checks.some(({ status }) => status === 'FAIL');
  }

  /** True if a check was made, and went well enough for others to build on it. */
  isWell(name) {
    const check = this.checks.find((one) => one.name === name);
    return check?.status === 'ok' || check?.status === 'warn';
  }

  /**
   * Makes a check, unless one that it builds on failed. What it throws is its failure.
   *
   * @param {string} name
   * @param {string[]} needs names of checks
   * @param {() => Promise<Omit<Check, 'name'>> | Omit<Check, 'name'>} body
   */
  async check(name, needs, body) {
    const missing = needs.find((need) => !this.isWell(need));
    const outcome = missing ? skip(`needs ${missing}`) : await attempt(body);
    const check = { name, ...outcome };
    this.checks.push(check);
    this.#tell(check);
  }
}

async function attempt(body) {
  try {
    return await body();
  } catch (error) {
    return fail(error.message, error.todo);
  }
}

/** A failure that says what to do. */
class Trouble extends Error {
  constructor(message, todo) {
    super(message);
    this.todo = todo;
  }
}

/** A promise's outcome, or a failure when it takes too long. */
async function within(ms, promise, message) {
  let timer;
  try {
    return await Promise.race([
      promise,
      new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(message)), ms);
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}

module.exports = { Checkup, Trouble, fail, ok, skip, warn, within };
