'use strict';

/** Error for the user: one sentence, and the process's exit code. */
class Failure extends Error {
  /**
   * @param {string} message
   * @param {number} exitCode
   */
  constructor(message, exitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}

exports.Failure = Failure;
