#!/usr/bin/env node
'use strict';

/**
 * `npx remote-mediasoup ...`: runs the platform's binary. Signals are passed on to it, and its end is
 * this process's.
 */

const { spawn } = require('node:child_process');
const { constants } = require('node:os');
const path = require('node:path');
const { platformDirectory } = require('../lib/platform');

const BINARY = 'remote-mediasoup';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];

/**
 * How long, in milliseconds, the same signal again is the same one: a terminal sends it to all of its
 * processes, and npx passes it on besides. The server stops at the second one, which is a person's.
 */
const SAME_SIGNAL_MS = 250;

const file = path.join(platformDirectory(BINARY), BINARY);
const child = spawn(file, process.argv.slice(2), {
  stdio: 'inherit',
  // In a group of its own: a terminal's signals come through us alone.
  detached: true,
});

const lastAt = new Map();

for (const signal of SIGNALS) {
  process.on(signal, () => {
    const now = performance.now();
    const isSame = now - (lastAt.get(signal) ?? -Infinity) < SAME_SIGNAL_MS;

    lastAt.set(signal, now);

    if (!isSame) child.kill(signal);
  });
}

child.on('error', (error) => {
  console.error(`remote-mediasoup: ${file}: ${error.message}`);
  process.exitCode = 1;
});

child.on('exit', (code, signal) => {
  // As a shell tells of a signal.
  process.exitCode = code ?? 128 + constants.signals[signal];
});
