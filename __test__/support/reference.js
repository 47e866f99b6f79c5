'use strict';
/**
 * Paths of the two modules that tests and benchmarks compare, and of the worker binary that both of them run.
 *
 * `npm` is mediasoup as published (a devDependency installed with its scripts off, so that it has no binary
 * of its own), `ours` is this repository.
 */
const fs = require('node:fs');
const path = require('node:path');

const repositoryRoot = path.resolve(__dirname, '..', '..');

/** Paths by which `require()` loads each module from anywhere. */
const modules = Object.freeze({
  npm: path.dirname(require.resolve('mediasoup', { paths: [repositoryRoot] })),
  ours: repositoryRoot,
});

/** Root folder of npm's package (its `exports` hide package.json from `require.resolve`). */
const npmPackageRoot = path.resolve(modules.npm, '..', '..');

/**
 * The worker executable: the one that MEDIASOUP_WORKER_BIN names, or the one that this
 * repository has built for this platform.
 *
 * @returns {string}
 */
function workerBinary() {
  return (
    process.env.MEDIASOUP_WORKER_BIN ||
    builtBinary('remote-mediasoup-worker', 'MEDIASOUP_WORKER_BIN')
  );
}

/**
 * The server executable: the one that REMOTE_MEDIASOUP_BIN names, or the one that this repository
 * has built for this platform.
 *
 * @returns {string}
 */
function serverBinary() {
  return (
    process.env.REMOTE_MEDIASOUP_BIN ||
    builtBinary('remote-mediasoup', 'REMOTE_MEDIASOUP_BIN')
  );
}

function builtBinary(binary, variable) {
  const folder = path.join(repositoryRoot, 'npm');
  const platform = `${process.platform}-${process.arch}`;
  const packages = fs.existsSync(folder) ? fs.readdirSync(folder) : [];

  for (const name of packages.filter((entry) => entry.startsWith(platform))) {
    const file = path.join(folder, name, binary);

    if (fs.existsSync(file)) {
      return file;
    }
  }

  throw new Error(
    `no ${binary} in ${path.join(folder, `${platform}*`)}: build it, or set ${variable}`,
  );
}

/**
 * Environment for a child process that loads one of the modules.
 *
 * @param {string} target - `npm`, `ours`, or a path or package name.
 * @returns {NodeJS.ProcessEnv}
 */
function environmentFor(target) {
  return {
    ...process.env,
    MEDIASOUP_UNDER_TEST: modules[target] ?? target,
    MEDIASOUP_WORKER_BIN: workerBinary(),
  };
}

module.exports = {
  repositoryRoot,
  modules,
  npmPackageRoot,
  workerBinary,
  serverBinary,
  environmentFor,
};
