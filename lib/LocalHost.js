'use strict';

const { addon: native } = require('./native');
const { HIGH, Host, What } = require('./Host');
const { removeWorker } = require('./workers');

/** The Workers of this machine: their processes are read and written here. */
class LocalHost extends Host {
  /** What writes to a worker and what ends it, by the Worker's handle. */
  #processes = new Map();

  /** What a tick has to say to a worker is written from here, if it fits. */
  #outgoing = Buffer.allocUnsafeSlow(65536);

  #flushing = false;

  constructor() {
    super(native.createHost());
  }

  /**
   * Sends a command to an object. The promise settles with its answer: a value, the object that
   * was made, or an error of mediasoup's class. What is refused throws at once.
   *
   * @param {number} handle
   * @param {string} command JSON
   * @param {object} [appData] of the object that is asked for
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
    return this.answer(id, appData);
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
    this.#processes.set(handle, subprocess);
    this.pending.set(id, { resolve: onRunning });
    return handle;
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
      const worker = packed % HIGH;
      const length = Math.trunc(packed / HIGH);
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

  /** The only other word: a worker that sends what makes no sense. */
  hear(what, worker, _first, payload) {
    if (what !== What.Nonsense) return;
    this.#processes.get(worker)?.fail(new Error(payload));
  }

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
