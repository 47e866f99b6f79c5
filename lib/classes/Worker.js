'use strict';

/**
 * mediasoup's class `Worker`, which an application gets from `createWorker()`. It stands for a worker process
 * (one C++ process of mediasoup), or for several with vertical scaling; it creates Routers and WebRtcServers,
 * and emits `died` when the process ends by itself.
 */

const { Entity, loggerOf } = require('./Entity');
const {
  ASK,
  HANDLE,
  HAPPEN,
  HEARS,
  HOST,
  READ,
} = require('../seam/internalMembers');
const { makeRoomForListener, markOwn } = require('../exitListeners');
const { workerBin } = require('../seam/native');
const supported = require('../supportedRtpCapabilities');

/** The worker binary that is used unless `workerBin` is given. */
const defaultWorkerBin = process.env.MEDIASOUP_WORKER_BIN ?? workerBin;

/** The process of a local Worker is a child of this one; the server reports the pid of a remote one. */
class WorkerImpl extends Entity {
  #subprocess;
  #died = false;
  #deathError;
  #subprocessClosed = false;

  constructor(host, handle, _id, appData) {
    super(host, handle, appData);
    this.#subprocess = host.processOf(handle);
    if (!this.#subprocess) return;
    makeRoomForListener();
    markOwn(this.#onSignal);
    process.once('SIGINT', this.#onSignal);
    process.once('SIGTERM', this.#onSignal);
  }

  get pid() {
    return this.#subprocess ? this.#subprocess.pid : this[READ]('pid');
  }

  get died() {
    return this.#died;
  }

  get subprocessClosed() {
    return this.#subprocessClosed;
  }

  close() {
    if (this.closed) return;
    super.close();
    this.#leave();
  }

  async dump() {
    return this[ASK]('dump');
  }

  async getResourceUsage() {
    return this[ASK]('getResourceUsage');
  }

  /** Statistics of its processes; mediasoup has nothing like it. */
  async stats() {
    return this[ASK]('getStats');
  }

  async updateSettings({ logLevel, logTags } = {}) {
    return this[ASK]('updateSettings', { logLevel, logTags });
  }

  async createWebRtcServer({ listenInfos, appData }) {
    return this[ASK]('createWebRtcServer', { listenInfos, appData });
  }

  async createRouter({ mediaCodecs, appData } = {}) {
    supported.normalize();
    return this[ASK]('createRouter', { mediaCodecs, appData });
  }

  /**
   * The process is gone, or can't be spoken to any more. `real` is the handle of the Worker that it is
   * known by: of a logical one it is the last.
   */
  static die(worker, error, real = worker[HANDLE]) {
    if (worker.closed) return;
    worker.#dies(error);
    worker[HOST].workerDied(real);
    worker.#leave();
  }

  /** The process is gone, and so are its standard streams. */
  static subprocessIsClosed(worker) {
    if (worker.#subprocessClosed) return;
    worker.#subprocessClosed = true;
    worker[HOST].workerProcessIsGone(worker);
    worker.safeEmit('subprocessclose');
  }

  /** Notes events of the process on a server even without a listener. */
  [HEARS](event, observerEvent) {
    return (
      event === 'died' ||
      event === 'subprocessclose' ||
      super[HEARS](event, observerEvent)
    );
  }

  [HAPPEN](event, observerEvent, args) {
    if (event === 'died') {
      // Emitted when all that it held is closed.
      // A server may give anything for a reason, also what has no text.
      const [reason] = args;
      const message = typeof reason === 'string' ? reason : undefined;
      if (!this.closed) this.#dies(new Error(message));
      return;
    }
    if (event === 'subprocessclose') {
      WorkerImpl.subprocessIsClosed(this);
      return;
    }
    if (observerEvent === 'close') {
      this[HOST].workerIsClosed(this);
      if (this.#died) {
        this.safeEmit('died', this.#deathError);
        this.safeEmit('subprocessclose');
      }
    }
    super[HAPPEN](event, observerEvent, args);
  }

  #dies(error) {
    this.#died = true;
    this.#subprocessClosed = true;
    this.#deathError = error;
  }

  #leave() {
    if (!this.#subprocess) return;
    process.removeListener('SIGINT', this.#onSignal);
    process.removeListener('SIGTERM', this.#onSignal);
    this[HOST].removeWorker(this[HANDLE]);
    this.#subprocess.close();
  }

  #onSignal = (signal) => {
    loggerOf(this).debug(
      `${signal} received, closing the worker process [pid:${this.pid}]`,
    );
    this.close();
  };
}

exports.WorkerImpl = WorkerImpl;
exports.defaultWorkerBin = defaultWorkerBin;
