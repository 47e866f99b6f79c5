'use strict';

/**
 * `createWorker()` for Workers of this machine. `lib/remote/connect.js` calls it where no server is
 * configured. It spawns a worker process, or with the option `vertical` the first of several, and resolves
 * with the Worker when the process reports that it runs.
 */

const { LocalHost } = require('./LocalHost');
const { WorkerImpl, defaultWorkerBin } = require('../classes/Worker');
const { LogicalWorkerProcesses } = require('./LogicalWorkerProcesses');
const { spawnWorker, workerCommand } = require('./spawnWorker');
const { verticalOf, verticalOfEnvironment } = require('../verticalOption');
const { addWorker } = require('../openWorkers');

/** Host of the Workers of this machine that this instance of the module creates. */
const host = new LocalHost();

/**
 * Spawns a worker process and resolves when its worker runs. With `vertical` it is the first of as many
 * as the Worker's load needs.
 */
async function createWorker({
  logLevel = 'error',
  logTags,
  rtcMinPort = 10000,
  rtcMaxPort = 59999,
  dtlsCertificateFile,
  dtlsPrivateKeyFile,
  workerBin,
  libwebrtcFieldTrials,
  vertical,
  appData,
} = {}) {
  if (appData && typeof appData !== 'object') {
    throw new TypeError('if given, appData must be an object');
  }
  const options = verticalOf(vertical, 'vertical') ?? verticalOfEnvironment();
  const command = workerCommand(workerBin ?? defaultWorkerBin, {
    logLevel,
    logTags,
    rtcMinPort,
    rtcMaxPort,
    dtlsCertificateFile,
    dtlsPrivateKeyFile,
    libwebrtcFieldTrials,
  });
  const worker = options
    ? await startLogical(command, options, appData ?? {})
    : await start(command, appData ?? {});
  addWorker(worker);
  return worker;
}

/** A Worker that is one process. */
function start(command, appData) {
  return new Promise((resolve, reject) => {
    const subprocess = spawnWorker(command, {
      isRunning: () => host.hasStarted(handle),
      onBytes: (buffer, length) => host.input(handle, buffer, length),
      // Before it runs there is no Worker to die, only one that can't be had.
      onStartFailed: (error) => {
        worker.close();
        reject(error);
      },
      onDied: (error) => WorkerImpl.die(worker, error),
      onClose: () => WorkerImpl.subprocessIsClosed(worker),
    });
    const handle = host.addWorker(subprocess, () => resolve(worker));
    const worker = new WorkerImpl(host, handle, '', appData);
    host.register(handle, worker);
  });
}

/** A logical Worker, which has more than one process when its load needs that. */
function startLogical(command, options, appData) {
  return new Promise((resolve, reject) => {
    let running = false;
    const processes = new LogicalWorkerProcesses(command, {
      isRunning: (real) => host.hasStarted(real),
      onBytes: (real, buffer, length) => host.input(real, buffer, length),
      onEnd: (real, error) => {
        if (!running) {
          worker.close();
          reject(error);
        } else if (host.isLast(real)) {
          WorkerImpl.die(worker, error, real);
        } else {
          host.realWorkerDied(real);
        }
      },
      onGone: (real) => host.release(real),
      onClose: () => WorkerImpl.subprocessIsClosed(worker),
    });
    const handle = host.addLogical(processes, options, () => {
      running = true;
      resolve(worker);
    });
    const worker = new WorkerImpl(host, handle, '', appData);
    host.register(handle, worker);
  });
}

exports.createWorker = createWorker;
