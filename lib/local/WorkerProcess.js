'use strict';

/**
 * A worker process (one C++ process of mediasoup) with its channel: the two socket pairs on which Node and
 * the process exchange FlatBuffers messages. `spawnWorker.js` creates it; its handlers get the bytes that the
 * process sends, its log lines go to the Logger, and its end arrives as `onExit` and `onClose`.
 */

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const { addon } = require('../seam/native');
const { Logger } = require('../Logger');

const logger = new Logger('Channel');
const workerLogger = new Logger('Worker');

/** Bytes read from a worker at once. */
const READ_BYTES = 65536;

/** Time for a closed worker to exit before it is killed, in milliseconds. */
const EXIT_GRACE_MS = 1000;

/**
 * Node writes to the worker's fd 3 and reads from its fd 4. `onExit` and `onClose` are called as with
 * `child_process`.
 */
class WorkerProcess {
  #child;
  #producer;
  #consumer;
  #congested = false;
  #closed = false;
  #onFail;

  /**
   * @param {string} command
   * @param {string[]} args
   * @param {object} env
   * @param {{ onBytes(buffer: Buffer, length: number): void, onSpawnError(error: Error): void,
   *   onExit(code: number | null, signal: string | null): void, onClose(): void,
   *   onFail(error: Error): void }} handlers
   */
  constructor(
    command,
    args,
    env,
    { onBytes, onSpawnError, onExit, onClose, onFail },
  ) {
    this.#onFail = onFail;
    const [producer, theirProducer] = addon.socketPair();
    const [consumer, theirConsumer] = addon.socketPair();
    try {
      this.#child = spawn(command, args, {
        env,
        detached: false,
        stdio: ['ignore', 'pipe', 'pipe', theirProducer, theirConsumer],
        windowsHide: true,
      });
    } finally {
      fs.closeSync(theirProducer);
      fs.closeSync(theirConsumer);
    }
    this.#producer = {
      fd: producer,
      socket: new net.Socket({ fd: producer, writable: true }),
    };
    this.#consumer = new net.Socket({
      fd: consumer,
      readable: true,
      onread: {
        buffer: Buffer.allocUnsafeSlow(READ_BYTES),
        callback: (length, buffer) => {
          onBytes(buffer, length);
          return true;
        },
      },
    });
    this.#consumer.on('end', () => this.#ended());
    for (const socket of [this.#producer.socket, this.#consumer]) {
      socket.on('error', (error) =>
        logger.debug(`channel error: ${error.message}`),
      );
    }
    this.#child.on('error', onSpawnError);
    this.#child.on('exit', onExit);
    this.#child.on('close', onClose);
    logLines(this.#child.stdout, (line) =>
      workerLogger.debug(`(stdout) ${line}`),
    );
    logLines(this.#child.stderr, (line) =>
      workerLogger.error(`(stderr) ${line}`),
    );
  }

  get pid() {
    return this.#child.pid;
  }

  /** True if `close()` was called. */
  get closed() {
    return this.#closed;
  }

  /** Writes the first bytes of a buffer: at once what the socket takes, the rest from a copy. */
  write(buffer, length) {
    if (this.#closed) return;
    const { fd, socket } = this.#producer;
    let written = 0;
    if (!this.#congested) {
      try {
        written = fs.writeSync(fd, buffer, 0, length);
      } catch (error) {
        // The exit reports a worker that is gone.
        if (error.code !== 'EAGAIN') return;
      }
      if (written === length) return;
      this.#congested = true;
    }
    socket.write(Buffer.from(buffer.subarray(written, length)), () => {
      this.#congested = socket.writableLength > 0;
    });
  }

  /** Closes the channel. The process leaves by itself, or is killed. */
  close() {
    if (this.#closed) return;
    this.#closed = true;
    this.#producer.socket.destroySoon();
    this.#consumer.destroy();
    if (this.#child.pid === undefined || this.#child.exitCode !== null) return;
    const kill = setTimeout(() => this.#child.kill('SIGKILL'), EXIT_GRACE_MS);
    kill.unref();
    this.#child.once('exit', () => clearTimeout(kill));
  }

  /** The worker can't be trusted any more: kills it. */
  fail(error) {
    if (this.#closed) return;
    logger.error(
      `killing the worker process [pid:${this.pid}]: ${error.message}`,
    );
    this.#onFail(error);
    this.#child.kill('SIGKILL');
  }

  /** A worker whose channel ended can't be spoken to: it is about to exit, or has to. */
  #ended() {
    if (this.#closed || this.#child.exitCode !== null) return;
    const kill = setTimeout(
      () => this.fail(new Error('the worker closed its channel')),
      EXIT_GRACE_MS,
    );
    this.#child.once('exit', () => clearTimeout(kill));
  }
}

function logLines(stream, log) {
  stream.on('data', (buffer) => {
    for (const line of buffer.toString('utf8').split('\n')) {
      if (line) log(line);
    }
  });
}

exports.WorkerProcess = WorkerProcess;
