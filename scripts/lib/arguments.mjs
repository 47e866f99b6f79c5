/**
 * Parser of command lines, for the scripts, benchmarks and test programs of this checkout. It returns the
 * options' values; `--help` prints the help and ends the program, and a wrong option ends it with one line
 * and exit code 2.
 */

import process from 'node:process';
import { parseArgs } from 'node:util';

/**
 * Reads the arguments of this program. `--help` prints the help and ends the program.
 *
 * @param {string} help
 * @param {object} [options] - Those of `parseArgs`, and `{ type: 'number' }` for one that isn't negative.
 * @param {{ allowPositionals?: boolean }} [settings]
 */
export function readArguments(help, options = {}, settings = {}) {
  const isNumber = (name) => options[name]?.type === 'number';
  const declared = Object.entries(options).map(([name, option]) => [
    name,
    isNumber(name) ? { type: 'string' } : option,
  ]);
  const { values, positionals } = parsed({
    ...settings,
    options: { ...Object.fromEntries(declared), help: { type: 'boolean' } },
  });

  if (values.help) {
    console.log(help.trimEnd());
    process.exit();
  }

  for (const name of Object.keys(options).filter(isNumber)) {
    values[name] = numberOf(name, values[name] ?? options[name].default);
  }

  return { values, positionals };
}

/** Ends the program over a wrong argument: a line, and the exit code that shells use for it. */
export function usageError(message) {
  console.error(`${message}: see --help`);
  process.exit(2);
}

function parsed(config) {
  try {
    return parseArgs(config);
  } catch (error) {
    // What follows the first sentence is advice about positional arguments.
    return usageError(/^[^.\n]*/.exec(error.message)[0]);
  }
}

function numberOf(name, value) {
  if (value === undefined || (value !== '' && Number(value) >= 0)) {
    return value === undefined ? undefined : Number(value);
  }

  return usageError(`--${name} ${value} is not a number of at least 0`);
}
