'use strict';

/**
 * Search for the compiled files: addon, server and worker binary. `lib/seam/native.js` and `bin/binary.js`
 * call it; it returns the folder of a build from source where there is one, otherwise that of the platform's
 * npm package, and throws an error that says how to install it.
 */

const fs = require('node:fs');
const path = require('node:path');

/** The platform as its package names it: `linux-x64-gnu`. */
function platformName() {
  const { platform, arch } = process;
  if (platform !== 'linux') return `${platform}-${arch}`;
  const { glibcVersionRuntime } = process.report.getReport().header;
  return `${platform}-${arch}-${glibcVersionRuntime ? 'gnu' : 'musl'}`;
}

/**
 * The directory with all that is compiled.
 *
 * @param {string} file - The name of what is looked for.
 */
function platformDirectory(file) {
  const name = platformName();
  const built = path.join(__dirname, '..', 'npm', name);
  if (fs.existsSync(path.join(built, file))) return built;
  const packageName = `remote-mediasoup-${name}`;
  try {
    return path.dirname(require.resolve(`${packageName}/package.json`));
  } catch {
    throw new Error(
      `remote-mediasoup has no ${file} for ${name}: neither package ${packageName} is installed ` +
        `nor is ${path.join(built, file)} built. Install the package (npm install --include=optional) ` +
        'or build from source (npm run build in the directory of remote-mediasoup).',
    );
  }
}

exports.platformDirectory = platformDirectory;
