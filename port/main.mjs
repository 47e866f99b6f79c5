#!/usr/bin/env node
/**
 * Program `remote-mediasoup-port ...`: runs the command on its arguments, and prints a failure as one
 * sentence. `remote-mediasoup port` loads it too, with the same arguments.
 */

import process from 'node:process';
import { Failure } from './Failure.mjs';
import { port } from './port.mjs';
import { printable } from './printable.mjs';

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
