'use strict';

const { Logger } = require('./Logger');
const { LocalHost } = require('./LocalHost');
const { WorkerImpl, defaultWorkerBin } = require('./Worker');
const { WorkerProcess } = require('./WorkerProcess');
const { addWorker } = require('./workers');
const { version } = require('./version');

const logger = new Logger('Worker');

/** What holds the Workers of this machine that this instance of the module creates. */
const host = new LocalHost();

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
  addWorker(worker);
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
    const end = (error, log, startError, startLog) => {
      if (worker.closed) return;
      logger.error(running ? log : startLog);
      if (running) {
        WorkerImpl.die(worker, error);
      } else {
        worker.close();
        reject(startError);
      }
    };
    const onError = (error) => {
      const details = `[pid:${subprocess.pid}]: ${error.message}`;
      end(
        error,
        `worker process error ${details}`,
        new Error(error.message),
        `worker process failed ${details}`,
      );
    };
    const onExit = (code, signal) => {
      const details = `[pid:${subprocess.pid}, code:${code}, signal:${signal}]`;
      const error = new Error(details);
      const [startError, startLog] =
        code === WRONG_SETTINGS
          ? [
              new TypeError('wrong settings'),
              `worker process failed due to wrong settings [pid:${subprocess.pid}]`,
            ]
          : [error, `worker process failed unexpectedly ${details}`];
      end(
        error,
        `worker process died unexpectedly ${details}`,
        startError,
        startLog,
      );
    };
    const subprocess = new WorkerProcess(
      command,
      commandArgs,
      { MEDIASOUP_VERSION: version, ...process.env },
      {
        onBytes: (buffer, length) => host.input(handle, buffer, length),
        onFail: onError,
        onSpawnError: onError,
        onExit,
        onClose: () => WorkerImpl.subprocessIsClosed(worker),
      },
    );
    const handle = host.addWorker(subprocess, () => {
      running = true;
      resolve(worker);
    });
    const worker = new WorkerImpl(host, handle, '', appData);
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
