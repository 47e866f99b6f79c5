/**
 * Functions for scripts that run programs: a main function whose `Failure` is printed without a stack, and
 * child processes whose output goes to the terminal or to a log file. A child that fails makes the call
 * reject with the command and the end of its log.
 */

import { spawn } from 'node:child_process';
import {
  closeSync,
  createWriteStream,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
} from 'node:fs';
import { finished } from 'node:stream/promises';
import path from 'node:path';
import process from 'node:process';
import readline from 'node:readline';
import { pathToFileURL } from 'node:url';

/** Lines of a failed program's log to show. */
const QUOTED_LINES = 60;
const QUOTED_BYTES = 16 * 1024;

/** A failure that the user can do something about: no stack trace is shown. */
export class Failure extends Error {}

/**
 * Runs a program to its end. All that it prints goes to the log file, and line
 * by line to `onLine`.
 *
 * @returns {Promise<void>} Rejects with a `Failure` that quotes the log's end.
 */
export async function runLogged(command, args, { log, onLine, ...options }) {
  mkdirSync(path.dirname(log), { recursive: true });

  const file = createWriteStream(log, { flags: 'a' });

  file.write(`$ ${[command, ...args].join(' ')}\n`);

  const child = spawn(command, args, {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
  });

  for (const stream of [child.stdout, child.stderr]) {
    stream.pipe(file, { end: false });

    if (onLine) {
      readline.createInterface({ input: stream }).on('line', onLine);
    }
  }

  const outcome = await ended(child);

  file.end();
  await finished(file);

  if (outcome !== 'exit code 0') {
    throw new Failure(
      `${lastLines(log)}\n\n${command} failed (${outcome}). The full log: ${log}`,
    );
  }
}

/** Runs a program whose output is the user's to see. */
export async function run(command, args, options) {
  const child = spawn(command, args, { stdio: 'inherit', ...options });
  const outcome = await ended(child);

  if (outcome !== 'exit code 0') {
    throw new Failure(`${[command, ...args].join(' ')} failed (${outcome})`);
  }
}

/**
 * True if Node was started with this module rather than with one that imports it.
 *
 * @param {string} url - The module's `import.meta.url`.
 */
export function isProgram(url) {
  // There is none with `node -e`.
  const [, file] = process.argv;

  return file !== undefined && url === pathToFileURL(file).href;
}

/** Runs a script's main function and shows a `Failure` as what it is. */
export async function main(body) {
  try {
    await body();
  } catch (error) {
    console.error(error instanceof Failure ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}

/** The end of a log, which is where most programs say why they stopped. */
export function lastLines(log, count = QUOTED_LINES) {
  const file = openSync(log);
  const { size } = fstatSync(file);
  const end = Buffer.alloc(Math.min(size, QUOTED_BYTES));

  readSync(file, end, 0, end.length, size - end.length);
  closeSync(file);

  return end.toString().trimEnd().split('\n').slice(-count).join('\n');
}

function ended(child) {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) =>
      resolve(signal ? `signal ${signal}` : `exit code ${code}`),
    );
  });
}
