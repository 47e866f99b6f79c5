'use strict';

/**
 * The command `remote-mediasoup port`: runs the package remote-mediasoup-port, which adapts an application to
 * this package, where it is installed. Otherwise it fails with the npx command to type.
 */

const { pathToFileURL } = require('node:url');
const { version } = require('../package.json');
const { Failure } = require('./Failure');

const PACKAGE = 'remote-mediasoup-port';

/** Exit code if it isn't installed, the one for wrong arguments. */
const NOT_INSTALLED = 2;

/**
 * Loads the program into this process, with these arguments. It is looked for beside this package and from
 * the working directory, as npx does, but never in the directory that is to be ported: that may be
 * someone else's, and nothing in it may run.
 *
 * @param {string[]} args
 */
async function port(args) {
  const program = installed();
  if (!program) {
    throw new Failure(
      `port is a package of its own, which isn't installed here. Run it by: npx ${PACKAGE}@${version} ${args.map(quoted).join(' ')}`.trimEnd(),
      NOT_INSTALLED,
    );
  }
  process.argv.splice(1, 2, program);
  await import(pathToFileURL(program));
}

function installed() {
  try {
    return require.resolve(PACKAGE, { paths: [__dirname, process.cwd()] });
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

/** An argument as a shell reads it back. */
function quoted(arg) {
  return /^[\w@%+=:,./-]+$/.test(arg)
    ? arg
    : `'${arg.replaceAll("'", `'\\''`)}'`;
}

exports.port = port;
