'use strict';

/**
 * Runs the platform's binary `remote-mediasoup`, which is the server. `bin/remote-mediasoup.js` hands it
 * every command that isn't Node's; this process passes on its signals and ends with its exit code. `help.js`
 * reads its output.
 */

const { execFile, spawn } = require('node:child_process');
const { constants } = require('node:os');
const path = require('node:path');
const { promisify } = require('node:util');
const { platformDirectory } = require('../lib/platform');
const { Failure } = require('./Failure');

const BINARY = 'remote-mediasoup';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];

/**
 * Time in milliseconds within which a repeated signal is the same one: a terminal sends it to all of its
 * processes, and npx passes it on besides. A second signal, sent by the user, forces the server to stop.
 */
const SAME_SIGNAL_MS = 250;

/** Its path. Throws where there is none for this platform. */
function binaryFile() {
  try {
    return path.join(platformDirectory(BINARY), BINARY);
  } catch (error) {
    throw new Failure(error.message, 1);
  }
}

/** Runs it in this process's place. Signals are passed on to it, and its end is this process's. */
function run(args) {
  const file = binaryFile();
  const lastAt = new Map();
  // Ahead of the child: a signal in between would end us and leave it behind.
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      const now = performance.now();
      const isSame = now - (lastAt.get(signal) ?? -Infinity) < SAME_SIGNAL_MS;
      lastAt.set(signal, now);
      if (!isSame) child.kill(signal);
    });
  }
  const child = spawn(file, args, {
    stdio: 'inherit',
    // In a group of its own: a terminal's signals come through us alone.
    detached: true,
  });
  child.on('error', (error) => {
    console.error(`remote-mediasoup: ${file}: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    // As a shell tells of a signal.
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
}

/** Returns the output of the binary. */
async function output(...args) {
  const { stdout } = await promisify(execFile)(binaryFile(), args);
  return stdout;
}

exports.output = output;
exports.run = run;
