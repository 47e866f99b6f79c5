#!/usr/bin/env node
'use strict';

/**
 * The command `npx remote-mediasoup ...`, this package's entry in `bin`: `port` and `doctor` run here, in
 * Node; all other commands, `serve` among them, go to the platform's binary.
 */

const { Failure } = require('./Failure');

/** Commands in Node: `(arguments, { stdout }) => exit code`, or no code if the command has set it. */
const commands = {
  port: (...args) => require('./port').port(...args),
  doctor: (...args) => require('./doctor').doctor(...args),
};

/** Exit code for invalid arguments. */
const WRONG_ARGUMENTS = 2;

async function main([first, ...rest]) {
  const isHelp =
    first === undefined || ['help', '-h', '--help'].includes(first);
  const asked = first === 'help' ? rest[0] : undefined;
  if (Object.hasOwn(commands, first ?? '')) {
    process.exitCode =
      (await commands[first](rest, process)) ?? process.exitCode;
  } else if (Object.hasOwn(commands, asked ?? '')) {
    process.argv.splice(2, 2, asked, '--help');
    process.exitCode =
      (await commands[asked](['--help'], process)) ?? process.exitCode;
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
  console.error(`remote-mediasoup: ${text}`);
  process.exitCode = error.exitCode ?? 1;
});
