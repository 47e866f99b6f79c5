'use strict';

/** What went wrong, told to a person in one sentence, and the process's exit code. */
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
