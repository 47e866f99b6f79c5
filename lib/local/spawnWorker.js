'use strict';

/**
 * Start of one worker process (a C++ process of mediasoup), and the errors of a start that fails.
 * `createWorker.js` calls it for a plain Worker, `LogicalWorkerProcesses` for each process of a vertically
 * scaled one; it returns the `WorkerProcess`.
 */

const { Logger } = require('../Logger');
const { WorkerProcess } = require('./WorkerProcess');
const { version } = require('../seam/numbers');

const logger = new Logger('Worker');

/** The code with which a worker exits that refuses its settings. */
const WRONG_SETTINGS = 42;

/**
 * Spawns a worker process. Reports its end once, unless it was closed before: by `onStartFailed`
 * if its worker never ran, else by `onDied`. The callback closes it. Throws where not even that is
 * possible.
 *
 * @param {string[]} command what to run, as from `workerCommand()`
 * @param {{ isRunning(): boolean, onBytes(buffer: Buffer, length: number): void,
 *   onStartFailed(error: Error): void, onDied(error: Error): void, onClose(): void }} handlers
 *   `isRunning`: whether its worker has said so; `onClose`: it is gone, and so are its standard streams
 * @returns {WorkerProcess}
 */
function spawnWorker(
  [command, ...args],
  { isRunning, onBytes, onStartFailed, onDied, onClose },
) {
  logger.debug(`spawning worker process: ${command} ${args.join(' ')}`);
  const end = (error, log, startError, startLog) => {
    if (subprocess.closed) return;
    const running = isRunning();
    logger.error(running ? log : startLog);
    if (running) onDied(error);
    else onStartFailed(startError);
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
    args,
    { MEDIASOUP_VERSION: version, ...process.env },
    { onBytes, onFail: onError, onSpawnError: onError, onExit, onClose },
  );
  return subprocess;
}

/**
 * The command that runs a worker with the settings of `createWorker()`.
 *
 * @returns {string[]}
 */
function workerCommand(workerBin, settings) {
  return underValgrind(workerBin, settingsArguments(settings));
}

/** Arguments for the settings that are strings, not empty, or numbers. */
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

exports.spawnWorker = spawnWorker;
exports.workerCommand = workerCommand;
