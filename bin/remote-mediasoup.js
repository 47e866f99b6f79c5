#!/usr/bin/env node
'use strict';

/**
 * `npx remote-mediasoup ...`: what is about applications is done here, in Node; all else is the platform's
 * binary.
 */

const { Failure } = require('./Failure');
const { printable } = require('./printable');

/** What is done here: `(arguments, { stdout }) => exit code`. */
const commands = {
  port: (...args) => require('./port').port(...args),
  doctor: (...args) => require('./doctor').doctor(...args),
};

/** Of arguments that make no sense. */
const WRONG_ARGUMENTS = 2;

async function main([first, ...rest]) {
  const isHelp =
    first === undefined || ['help', '-h', '--help'].includes(first);
  const asked = first === 'help' ? rest[0] : undefined;
  if (Object.hasOwn(commands, first ?? '')) {
    process.exitCode = await commands[first](rest, process);
  } else if (Object.hasOwn(commands, asked ?? '')) {
    process.exitCode = await commands[asked](['--help'], process);
  } else if (isHelp && asked === undefined) {
    const help = await require('./help').help();
    if (first === undefined) {
      process.stderr.write(help);
      process.exitCode = WRONG_ARGUMENTS;
    } else {
      process.stdout.write(help);
    }
  } else {
    require('./binary').run(process.argv.slice(2));
  }
}

// Whoever reads our output may have seen enough of it: `| head`.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

main(process.argv.slice(2)).catch((error) => {
  const text = error instanceof Failure ? error.message : error.stack;
  console.error(`remote-mediasoup: ${printable(text)}`);
  process.exitCode = error.exitCode ?? 1;
});
