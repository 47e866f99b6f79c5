/**
 * The command `remote-mediasoup-port`: parses its arguments, analyses an application, prints the report, and
 * with `--write` changes the application's files. `main.mjs` calls it and exits with the code that it
 * returns.
 */

import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { analysisOf } from './application.mjs';
import { Failure } from './Failure.mjs';
import { OWN } from './packages.mjs';
import { printable, printableJson } from './printable.mjs';
import { reportOf } from './report.mjs';
import { PATCH, write } from './write.mjs';

const HELP = `Reports how an application uses mediasoup and what works otherwise with Workers on a server, and makes
the change by which it runs on ${OWN.name}

Usage: ${OWN.name}-port [OPTIONS] [DIRECTORY]

Options:
  --to alias     Install ${OWN.name} under the name mediasoup, no line of code changes (default)
  --to require   Name ${OWN.name} in package.json and wherever mediasoup is imported
  --write        Make the change, and write it to ${PATCH}, which undoes it: patch -R -p1
  --force        Write although files aren't committed, or a patch exists already
  --json         Print everything as one JSON object
  -h, --help     Print help

Exit codes:
  0  it can run on a server as it is
  1  something has to be changed by hand before Workers are on a server
  2  wrong arguments, or nothing there that uses mediasoup
  3  nothing was written, because something could be lost
`;

const OPTIONS = {
  to: { type: 'string', default: 'alias' },
  write: { type: 'boolean', default: false },
  force: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
};

const MANUAL_CHANGES = 1;
const WRONG_ARGUMENTS = 2;

/**
 * @param {string[]} args
 * @param {{ stdout: NodeJS.WritableStream }} io
 * @returns {number} the exit code
 */
export function port(args, { stdout }) {
  const { values, folder } = argumentsOf(args);
  if (values.help) {
    stdout.write(HELP);
    return 0;
  }
  const analysis = analysisOf(folder, values.to);
  const { changes, diff, findings } = analysis;
  const patch =
    values.write && changes.length > 0
      ? write(folder, changes, diff, values)
      : undefined;
  if (values.json) {
    const told = {
      ...analysis,
      changes: changes.map(({ file, lines }) => ({ file, lines })),
      patch,
    };
    stdout.write(`${printableJson(JSON.stringify(told, null, 2))}\n`);
  } else {
    stdout.write(`${reportOf(analysis)}\n${swap(analysis, patch)}`);
  }
  return findings.some(({ level }) => level === 'change') ? MANUAL_CHANGES : 0;
}

/** The change, and the next step. */
function swap({ changes, diff, install, isPorted }, patch) {
  if (changes.length === 0) {
    return isPorted
      ? `It runs on ${OWN.name} already.\n`
      : `There is nothing to change here: install ${OWN.name} where mediasoup comes from.\n`;
  }
  const lines = changes.reduce((sum, change) => sum + change.lines, 0);
  const next = patch
    ? `Written; ${patch} undoes it: patch -R -p1 < ${patch}\nNext: ${install}\n`
    : `Nothing is written yet: --write does it.\n`;
  return `The change: ${lines} ${lines === 1 ? 'line' : 'lines'}\n\n${printable(diff)}\n${next}`;
}

function argumentsOf(args) {
  let parsed;
  try {
    parsed = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new Failure(error.message, WRONG_ARGUMENTS);
  }
  const { values, positionals } = parsed;
  const [directory = '.', ...others] = positionals;
  if (others.length > 0) {
    throw new Failure('give one directory at a time', WRONG_ARGUMENTS);
  }
  if (!['alias', 'require'].includes(values.to)) {
    throw new Failure(
      `--to is ${values.to}: it must be alias or require`,
      WRONG_ARGUMENTS,
    );
  }
  const folder = path.resolve(directory);
  if (!fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Failure(`${directory} is not a directory`, WRONG_ARGUMENTS);
  }
  return { values, folder };
}
