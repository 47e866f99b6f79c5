'use strict';

/**
 * Workers of this machine, as `createWorker()` starts them: it reads their processes' output into the addon
 * (the compiled Rust module), writes what the addon has for them, starts and ends processes, and does the
 * items that come out (replies, events, new objects).
 */

const { addon: native } = require('../seam/native');
const { Host } = require('../seam/Host');
const { Logger } = require('../Logger');
const { ItemKind, ProcessTask, highOf, lowOf } = require('../seam/numbers');
const { removeWorker } = require('../openWorkers');

const logger = new Logger('Worker');

/** Interval of load measurements of logical Workers, in milliseconds. */
const TICK_MS = 1000;

/**
 * A logical Worker (one Worker of the application, spread over several processes) has a hidden **real**
 * Worker per process. Reading, writing, spawning and ending name the real one.
 */
class LocalHost extends Host {
  /** Processes by the Worker's handle: functions that write to one and end it. */
  #processes = new Map();

  /** Calls a logical Worker's need for processes to mind, while there is one. */
  #ticks;

  /** Buffer of a tick's output to a worker, if it fits. */
  #outgoing = Buffer.allocUnsafeSlow(65536);

  #flushing = false;
  #draining = false;

  constructor() {
    super(native.createHost());
  }

  /**
   * Sends a command to an object. The promise settles with its answer: a value, the object that
   * was made, or an error of mediasoup's class. What is refused throws at once.
   *
   * @param {number} handle
   * @param {string} command JSON
   * @param {object} [appData] of the new object
   * @param {Buffer} [data] that goes with the command
   */
  request(handle, command, appData, data) {
    const id =
      data === undefined
        ? native.request(this.number, handle, command)
        : native.requestWithData(this.number, handle, command, data);
    if (id === 0) throw this.refusal();
    // A worker that has nothing to do may begin at once; what comes while it works is gathered.
    if (this.pending.size === 0) this.#flush();
    else this.scheduleFlush();
    const answer = this.answer(id, appData);
    // A logical Worker may have answered by itself.
    if (this.#ticks) this.#drainSoon();
    return answer;
  }

  /**
   * Starts to keep a Worker; `onRunning` is called when its worker runs.
   *
   * @param {{ pid: number, write(bytes: Buffer, length: number): void, fail(error: Error): void }} subprocess
   * @param {() => void} onRunning
   * @returns {number} the Worker's handle
   */
  addWorker(subprocess, onRunning) {
    const [handle, id] = native.addWorker(this.number);
    this.#keep(handle, subprocess);
    this.pending.set(id, { resolve: onRunning });
    return handle;
  }

  /**
   * Starts to keep a logical Worker, and starts the process of its first real one. Throws for options
   * that are wrong, and where nothing can be spawned.
   *
   * @param {import('./LogicalWorkerProcesses').LogicalWorkerProcesses} processes
   * @param {true | object} options
   * @param {() => void} onRunning
   * @returns {number} the logical Worker's handle
   */
  addLogical(processes, options, onRunning) {
    const text = JSON.stringify(options);
    const [handle, real, id] = native.addVertical(this.number, text);
    if (handle === undefined) throw this.refusal();
    try {
      this.#keep(real, processes.start(real));
    } catch (error) {
      this.close(handle);
      throw error;
    }
    this.#keep(handle, processes);
    this.pending.set(id, { resolve: onRunning });
    this.#ticks ??= setInterval(this.#tick, TICK_MS).unref();
    return handle;
  }

  /** True if a real Worker is the last one of its logical Worker, which ends with it. */
  isLast(real) {
    return native.lastOf(this.number, real) !== 0;
  }

  /** The process of a real Worker is gone; others of its logical Worker are left. */
  realWorkerDied(real) {
    this.workerDied(real);
    this.scheduleFlush();
    this.#processes.get(real)?.close();
    this.#processes.delete(real);
  }

  /** The process of a real Worker is gone for good, and nobody else knows of it. */
  release(real) {
    this.#processes.delete(real);
    native.release(this.number, real);
  }

  /** True if a worker has said that it runs. */
  hasStarted(worker) {
    return native.hasStarted(this.number, worker);
  }

  /** The process of a Worker. */
  processOf(worker) {
    return this.#processes.get(worker);
  }

  /** The channel of a Worker is closed for good. */
  removeWorker(worker) {
    this.#flush();
    this.#processes.delete(worker);
  }

  /** Bytes came from a worker: the first `length` of a buffer. */
  input(worker, buffer, length) {
    this.drain(native.input(this.number, worker, buffer, length));
    this.scheduleEvents();
    this.scheduleFlush();
  }

  /** A worker process is gone: rejects what was in flight and closes what it held. */
  workerDied(worker) {
    const emissions = native.workerDied(this.number, worker);
    this.drain();
    this.emitAll(emissions);
  }

  /** Delivers answers of a logical Worker like those of a worker: later. */
  #drainSoon() {
    if (this.#draining) return;
    this.#draining = true;
    process.nextTick(() => {
      this.#draining = false;
      this.drain();
      this.scheduleEvents();
      this.#flush();
    });
  }

  /** Everything that this tick sends goes out in one write per worker, after the tick's promises. */
  scheduleFlush() {
    if (this.#flushing) return;
    this.#flushing = true;
    process.nextTick(this.#flush);
  }

  #flush = () => {
    this.#flushing = false;
    const { number } = this;
    const outgoing = this.#outgoing;
    for (let packed = native.output(number, outgoing); packed !== 0;) {
      const worker = lowOf(packed);
      const length = highOf(packed);
      if (length <= outgoing.length) {
        this.#processes.get(worker)?.write(outgoing, length);
      } else {
        const bytes = native.largeOutput(number, worker);
        this.#processes.get(worker)?.write(bytes, bytes.length);
      }
      packed = native.output(number, outgoing);
    }
  };

  create(handle, kind, [parent, request, appDataOf, id]) {
    const waiting = this.pending.get(request);
    const appData = waiting ? waiting.appData : this.find(appDataOf)?.appData;
    this.adopt(kind, handle, parent, id, appData ?? {});
  }

  /** The only other word is about processes. */
  hear(kind, worker, task, payload) {
    if (kind !== ItemKind.Process) return;
    switch (task) {
      case ProcessTask.Kill:
        this.#processes.get(worker)?.fail(new Error(payload));
        break;
      case ProcessTask.Spawn:
        this.#spawn(worker, payload);
        break;
      case ProcessTask.End:
        this.#end(worker);
        break;
    }
  }

  /** A logical Worker is to have another real one. */
  #spawn(worker, request) {
    const processes = this.#processes.get(worker);
    const real = native.addWorkerFor(this.number, request);
    if (real === 0) return;
    try {
      this.#keep(real, processes.start(real));
    } catch (error) {
      logger.error(`a worker process can't be spawned: ${error.message}`);
      native.spawnFailed(this.number, request, error.message);
    }
  }

  #keep(worker, subprocess) {
    this.#processes.set(worker, subprocess);
    // What couldn't be spawned has none.
    native.setPid(this.number, worker, subprocess.pid ?? 0);
  }

  /** A logical Worker doesn't need a real one any more, or is closed itself. */
  #end(real) {
    const subprocess = this.#processes.get(real);
    if (!subprocess) return;
    logger.debug(`ending worker process [pid:${subprocess.pid}]`);
    this.#flush();
    this.#processes.delete(real);
    subprocess.close();
  }

  #tick = () => {
    const { number } = this;
    native.tick(number, performance.now());
    this.drain();
    this.scheduleEvents();
    this.scheduleFlush();
    if (!native.hasLogical(number)) {
      clearInterval(this.#ticks);
      this.#ticks = undefined;
    }
  };

  pidOf(worker) {
    return this.#processes.get(worker)?.pid;
  }

  /** An appData is the application's own business here. */
  setAppData(_handle, _appData) {}

  shareAppDataOf(_id) {}

  newAppData(_handle) {
    return {};
  }

  /** A Worker has been closed, or died. */
  workerIsClosed(worker) {
    removeWorker(worker);
  }

  /** Its process keeps ours alive by itself. */
  workerProcessIsGone(_worker) {}
}

exports.LocalHost = LocalHost;
