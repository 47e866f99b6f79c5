#!/usr/bin/env node
'use strict';

/** `remote-mediasoup-port ...` as a program. `remote-mediasoup port` loads it too, with the same arguments. */

const { Failure } = require('./Failure');
const { port } = require('./port');
const { printable } = require('./printable');

// A reader that has seen enough, like `| head`, closes our output.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  process.exitCode = port(process.argv.slice(2), process);
} catch (error) {
  const text = error instanceof Failure ? error.message : error.stack;
  console.error(`remote-mediasoup-port: ${printable(text)}`);
  process.exitCode = error.exitCode ?? 1;
}
