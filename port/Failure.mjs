/**
 * Error for the user of the porting tool: one sentence, and the exit code of the process. Its modules throw
 * it, and `main.mjs` prints it without a stack.
 */
export class Failure extends Error {
  /**
   * @param {string} message
   * @param {number} exitCode
   */
  constructor(message, exitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}
