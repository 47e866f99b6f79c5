'use strict';

/**
 * Error for the user of a command: one sentence, and the exit code of the process. Commands throw it, and
 * `bin/remote-mediasoup.js` prints it without a stack.
 */
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
