'use strict';

const { EnhancedEventEmitter } = require('./enhancedEvents');
const { Logger } = require('./Logger');
const { WorkerImpl, defaultWorkerBin } = require('./Worker');
const { WorkerProcess } = require('./WorkerProcess');
const { version } = require('./version');
const host = require('./host');

const logger = new Logger('Worker');

/** The module's observer: `newworker`. */
const observer = new EnhancedEventEmitter();

/** The code with which a worker exits that refuses its settings. */
const WRONG_SETTINGS = 42;

/** Spawns a worker process and resolves when its worker runs. */
async function createWorker({
  logLevel = 'error',
  logTags,
  rtcMinPort = 10000,
  rtcMaxPort = 59999,
  dtlsCertificateFile,
  dtlsPrivateKeyFile,
  workerBin,
  libwebrtcFieldTrials,
  appData,
} = {}) {
  if (appData && typeof appData !== 'object') {
    throw new TypeError('if given, appData must be an object');
  }
  const args = settingsArguments({
    logLevel,
    logTags,
    rtcMinPort,
    rtcMaxPort,
    dtlsCertificateFile,
    dtlsPrivateKeyFile,
    libwebrtcFieldTrials,
  });
  const worker = await start(
    workerBin ?? defaultWorkerBin,
    args,
    appData ?? {},
  );
  observer.safeEmit('newworker', worker);
  return worker;
}

function start(workerBin, args, appData) {
  return new Promise((resolve, reject) => {
    const [command, ...commandArgs] = underValgrind(workerBin, args);
    logger.debug(
      `spawning worker process: ${command} ${commandArgs.join(' ')}`,
    );
    let running = false;
    // Before it runs there is no Worker to die, only one that can't be had.
    const fail = (error, startError = error) => {
      if (running) return WorkerImpl.die(worker, error);
      if (worker.closed) return;
      logger.error(
        `worker process failed [pid:${worker.pid}]: ${startError.message}`,
      );
      worker.close();
      reject(startError);
    };
    const subprocess = new WorkerProcess(
      command,
      commandArgs,
      { MEDIASOUP_VERSION: version, ...process.env },
      {
        onBytes: (bytes) => host.input(handle, bytes),
        onFail: fail,
        onSpawnError: (error) => fail(error, new Error(error.message)),
        onExit: (code, signal) => {
          const error = new Error(
            `[pid:${subprocess.pid}, code:${code}, signal:${signal}]`,
          );
          fail(
            error,
            code === WRONG_SETTINGS ? new TypeError('wrong settings') : error,
          );
        },
        onClose: () => WorkerImpl.subprocessIsClosed(worker),
      },
    );
    const handle = host.addWorker(subprocess, () => {
      running = true;
      resolve(worker);
    });
    const worker = new WorkerImpl(handle, subprocess, appData);
    host.register(handle, worker);
  });
}

/** What is no string, no number or empty is left out. */
function settingsArguments({ logTags, ...settings }) {
  const isGiven = (value) =>
    typeof value === 'number'
      ? !Number.isNaN(value)
      : typeof value === 'string' && value !== '';
  const numbers = new Set(['rtcMinPort', 'rtcMaxPort']);
  const args = Object.entries(settings)
    .filter(
      ([name, value]) =>
        isGiven(value) && (typeof value === 'number') === numbers.has(name),
    )
    .map(([name, value]) => `--${name}=${value}`);
  const tags = Array.isArray(logTags)
    ? logTags.filter((tag) => typeof tag === 'string' && tag)
    : [];
  return [...args, ...tags.map((tag) => `--logTag=${tag}`)];
}

/** `MEDIASOUP_USE_VALGRIND=true` runs the worker under valgrind. */
function underValgrind(workerBin, args) {
  const {
    MEDIASOUP_USE_VALGRIND,
    MEDIASOUP_VALGRIND_BIN,
    MEDIASOUP_VALGRIND_OPTIONS,
  } = process.env;
  if (MEDIASOUP_USE_VALGRIND !== 'true') return [workerBin, ...args];
  const options = MEDIASOUP_VALGRIND_OPTIONS?.split(/\s+/) ?? [];
  return [MEDIASOUP_VALGRIND_BIN ?? 'valgrind', ...options, workerBin, ...args];
}

exports.createWorker = createWorker;
exports.observer = observer;
