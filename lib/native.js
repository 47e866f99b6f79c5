'use strict';

/**
 * Finds the addon and the worker binary: in the platform's package, or where a build from source
 * puts them.
 */

const fs = require('node:fs');
const path = require('node:path');

const ADDON = 'remote-mediasoup.node';
const WORKER = 'remote-mediasoup-worker';

/** The platform as its package names it: `linux-x64-gnu`. */
function platformName() {
  const { platform, arch } = process;
  if (platform !== 'linux') return `${platform}-${arch}`;
  const { glibcVersionRuntime } = process.report.getReport().header;
  return `${platform}-${arch}-${glibcVersionRuntime ? 'gnu' : 'musl'}`;
}

function platformDirectory() {
  const name = platformName();
  const built = path.join(__dirname, '..', 'npm', name);
  if (fs.existsSync(path.join(built, ADDON))) return built;
  const packageName = `remote-mediasoup-${name}`;
  try {
    return path.dirname(require.resolve(`${packageName}/package.json`));
  } catch {
    throw new Error(
      `remote-mediasoup has no addon for ${name}: neither package ${packageName} is installed ` +
        `nor is ${path.join(built, ADDON)} built. Install the package (npm install --include=optional) ` +
        'or build from source (npm run build in the directory of remote-mediasoup).',
    );
  }
}

const directory = platformDirectory();

exports.addon = require(path.join(directory, ADDON));
exports.workerBin = path.join(directory, WORKER);
