/**
 * Publication of a release's tarballs on npm, in the given order: the caller puts the platform packages first, because
 * the main package names them, and a user may install it as soon as it is there. Returns a line of output per tarball.
 *
 * It can be run again after an interruption: it skips a version that the registry has with the same content, and
 * fails at one with another content.
 */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';

import { run, Failure } from '../lib/run.mjs';
import { manifestIn } from './tarballs.mjs';

/**
 * @param {string[]} tarballs - In the order in which they are published.
 * @param {object} options
 * @param {boolean} options.provenance - Whether npm attests where and of what
 * they were built; possible only in a forge's workflow.
 * @param {object} [options.npm] - `publish(args)` and `integrityOf(spec)`.
 * @returns {Promise<string[]>} A line per tarball.
 */
export async function publish(tarballs, { provenance, npm = realNpm }) {
  const done = [];

  for (const tarball of tarballs) {
    const { name, version } = manifestIn(tarball);
    const spec = `${name}@${version}`;
    const published = await npm.integrityOf(spec);

    if (published === integrity(tarball)) {
      done.push(`${spec}: was published already`);
    } else if (published) {
      throw new Failure(
        `${spec} is published already, with another content: a version can't be changed, take the next one`,
      );
    } else {
      await npm.publish([
        tarball,
        '--access=public',
        `--tag=${version.includes('-') ? 'next' : 'latest'}`,
        ...(provenance ? ['--provenance'] : []),
      ]);
      done.push(`${spec}: published`);
    }
  }

  return done;
}

/** As registries name a content. */
function integrity(tarball) {
  const sum = createHash('sha512').update(fs.readFileSync(tarball));

  return `sha512-${sum.digest('base64')}`;
}

const realNpm = {
  publish: (args) => run('npm', ['publish', ...args]),

  /** Nothing where the registry has no such package or version. */
  integrityOf: (spec) => {
    try {
      return execFileSync('npm', ['view', spec, 'dist.integrity'], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      }).trim();
    } catch (error) {
      if (/E404/.test(error.stderr)) {
        return '';
      }

      throw new Failure(`npm view ${spec} failed: ${error.stderr}`, {
        cause: error,
      });
    }
  },
};
