'use strict';

/** `remote-mediasoup-port`: looks at an application that uses mediasoup, and makes the swap. */

const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { Failure } = require('./Failure');
const { printable, printableJson } = require('./printable');
const { analysisOf } = require('./analysis');
const { ownPackage } = require('./ownPackage');
const { reportOf } = require('./report');
const { write } = require('./write');

const HELP = `Looks at an application that uses mediasoup: what it uses, what works otherwise with Workers on a
server, and the change that makes it run on ${ownPackage.name}

Usage: remote-mediasoup-port [OPTIONS] [DIRECTORY]

Options:
  --to alias     Install ${ownPackage.name} under the name mediasoup, no line of code changes (default)
  --to require   Name ${ownPackage.name} in package.json and wherever mediasoup is imported
  --write        Make the change, and write it to remote-mediasoup.patch, which undoes it: patch -R -p1
  --force        Write although files aren't committed, or a patch is there already
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
function port(args, { stdout }) {
  const { values, folder } = argumentsOf(args);
  if (values.help) {
    stdout.write(HELP);
    return 0;
  }
  const analysis = analysisOf(folder, values.to);
  const { changes, diff, findings, install, isPorted } = analysis;
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
    stdout.write(`${reportOf(analysis)}\n`);
    stdout.write(swap({ changes, diff, install, isPorted, patch }));
  }
  return findings.some(({ level }) => level === 'change') ? MANUAL_CHANGES : 0;
}

/** What changes, and what comes next. */
function swap({ changes, diff, install, isPorted, patch }) {
  if (changes.length === 0) {
    return isPorted
      ? `It runs on ${ownPackage.name} already.\n`
      : `There is nothing to change here: install ${ownPackage.name} where mediasoup comes from.\n`;
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
    throw new Failure('one directory at a time', WRONG_ARGUMENTS);
  }
  if (!['alias', 'require'].includes(values.to)) {
    throw new Failure('--to is alias or require', WRONG_ARGUMENTS);
  }
  const folder = path.resolve(directory);
  if (!fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Failure(`${directory} is no directory`, WRONG_ARGUMENTS);
  }
  return { values, folder };
}

exports.port = port;
