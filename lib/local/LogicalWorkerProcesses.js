'use strict';

const { spawnWorker } = require('./spawnWorker');

/**
 * The processes of a logical Worker (one Worker of the application, spread over several worker processes),
 * behind the same members as one `WorkerProcess`. `createWorker.js` makes it, and `LocalHost` has it start
 * and end processes as load needs. The first process makes the Worker run; the end of one closes what lived
 * in that process alone.
 */
class LogicalWorkerProcesses {
  #command;
  #handlers;

  /** Those that aren't gone, closed or not, oldest first. */
  #left = new Set();
  #pid;
  #closed = false;

  /**
   * @param {string[]} command what each of them runs, as from `workerCommand()`
   * @param {{ isRunning(real: number): boolean,
   *   onBytes(real: number, buffer: Buffer, length: number): void,
   *   onEnd(real: number, error: Error): void, onGone(real: number): void, onClose(): void }} handlers
   *   `onEnd`: one ended that wasn't closed; `onGone`: one is gone, and so are its standard streams;
   *   `onClose`: they were closed, and all are gone
   */
  constructor(command, handlers) {
    this.#command = command;
    this.#handlers = handlers;
  }

  /** The process id of the oldest one that runs; when none does any more, it stays what it was. */
  get pid() {
    const oldest = [...this.#left].find((subprocess) => !subprocess.closed);
    if (oldest) this.#pid = oldest.pid;
    return this.#pid;
  }

  /**
   * Starts the process of a real Worker. Throws where it can't be spawned at all.
   *
   * @param {number} real its handle
   * @returns {import('./WorkerProcess').WorkerProcess}
   */
  start(real) {
    const { isRunning, onBytes, onEnd, onGone, onClose } = this.#handlers;
    const subprocess = spawnWorker(this.#command, {
      isRunning: () => isRunning(real),
      onBytes: (buffer, length) => onBytes(real, buffer, length),
      onStartFailed: (error) => onEnd(real, error),
      onDied: (error) => onEnd(real, error),
      onClose: () => {
        this.#left.delete(subprocess);
        onGone(real);
        if (this.#closed && this.#left.size === 0) onClose();
      },
    });
    this.#left.add(subprocess);
    return subprocess;
  }

  /** Closes all of them. They leave by themselves, or are killed. */
  close() {
    // What is shown of a closed Worker is the process that it had.
    this.#pid = this.pid;
    this.#closed = true;
    for (const subprocess of this.#left) subprocess.close();
  }
}

exports.LogicalWorkerProcesses = LogicalWorkerProcesses;
