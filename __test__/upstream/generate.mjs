/**
 * Generator of the tests that `run.mjs` runs: takes mediasoup's own compiled tests out of the npm package and
 * points their `require()` calls at the module under test. Two tests that look for files beside themselves
 * are changed, too. The result is written anew on each run and is never committed.
 */
import fs from 'node:fs';
import path from 'node:path';
import { selfSignedCertificate } from '../support/certificate.mjs';

/** Modules that the tests require, and the files in `shims/` that take their places. */
const SHIMS = {
  '../': 'mediasoup.js',
  '../enhancedEvents': 'extras.js',
  '../errors': 'errors.js',
  '../ortc': 'ortc.js',
  '../utils': 'utils.js',
};

/** Modules of npm's that only the category "internal" uses: it gets them as they are. */
const INTERNAL =
  /^\.\.\/(Transport|fbs\/(notification|consumer|producer|transport|web-rtc-transport))$/;

/**
 * @param {object} options
 * @param {string} options.packageRoot - Folder of npm's mediasoup.
 * @param {string} options.shims - Folder of the shims.
 * @param {string} options.output - Folder to write; what it held is removed.
 * @param {boolean} options.privateBookkeeping - Whether to keep assertions on the size of private
 *   collections (`*ForTesting`), which only npm's own implementation has.
 * @returns {Promise<string[]>} Names of the test files.
 */
export async function generateTests({
  packageRoot,
  shims,
  output,
  privateBookkeeping,
}) {
  const source = path.join(packageRoot, 'node', 'lib', 'test');
  const names = fs
    .readdirSync(source)
    .filter((name) => /^test-.*\.js$/.test(name));

  fs.rmSync(output, { recursive: true, force: true });
  fs.mkdirSync(path.join(output, 'data'), { recursive: true });

  for (const name of names) {
    let text = fs.readFileSync(path.join(source, name), 'utf8');

    text = redirectRequires(name, text, {
      shims: path.relative(output, shims),
      source,
    });
    text = replacePackagePaths(text, packageRoot);

    if (!privateBookkeeping) {
      text = text.replace(/^.*ForTesting\.size\).*\n/gm, '');
    }

    fs.writeFileSync(path.join(output, name), text);
  }

  const { certificate, privateKey } =
    await selfSignedCertificate('mediasoup-test');

  fs.writeFileSync(path.join(output, 'data', 'dtls-cert.pem'), certificate);
  fs.writeFileSync(path.join(output, 'data', 'dtls-key.pem'), privateKey);

  return names;
}

function redirectRequires(name, text, { shims, source }) {
  return text.replace(/require\("(\.\.?\/[^"]*)"\)/g, (_, request) => {
    if (!SHIMS[request] && !INTERNAL.test(request)) {
      throw new Error(
        `${name} requires ${request}, for which there is no shim`,
      );
    }

    const module = SHIMS[request]
      ? `${shims}/${SHIMS[request]}`
      : path.join(source, request);

    return `require(${JSON.stringify(module)})`;
  });
}

/** Tests find the package's folder from their own place in it: they are somewhere else now. */
function replacePackagePaths(text, packageRoot) {
  return text.replace(
    /path\.join\(__dirname, '\.\.', '\.\.', '\.\.', /g,
    `path.join(${JSON.stringify(packageRoot)}, `,
  );
}
