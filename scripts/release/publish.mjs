/**
 * Publishes tarballs, platform packages first: whoever installs the package the
 * moment that it is there must find what it names.
 *
 * It can be run again after it was interrupted: what the registry has already is
 * left alone if it is the same, and an error if it isn't.
 */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';

import { run, Failure } from '../lib/run.mjs';
import { git } from './tree.mjs';

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

/** Sees to it that the version's tag is on HEAD; it is not pushed. */
export function tag(root, version, notes) {
  const name = `v${version}`;
  const head = git(root, 'rev-parse', 'HEAD');

  if (git(root, 'tag', '--list', name) === '') {
    git(root, 'tag', '--annotate', name, '--cleanup=verbatim', '-m', notes);
  }
  if (git(root, 'rev-parse', `${name}^{commit}`) !== head) {
    throw new Failure(
      `tag ${name} is on another commit than the one that is released`,
    );
  }

  return name;
}

/** The package.json inside of a tarball. */
export function manifestIn(tarball) {
  return JSON.parse(
    execFileSync('tar', ['-xzOf', tarball, 'package/package.json'], {
      encoding: 'utf8',
    }),
  );
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
