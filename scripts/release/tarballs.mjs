/**
 * Tarballs of a release, by package name. The release and publish scripts read them from a folder, check that the
 * folder has all packages of one version and no other, and sort them into the package itself, the porting tool and
 * the platform packages.
 */

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { platformsOf, portPackage, root } from '../lib/project.mjs';
import { Failure } from '../lib/run.mjs';

/** @returns {Map<string, string>} Package name to tarball. */
export function tarballsIn(folder) {
  return new Map(
    fs
      .readdirSync(folder)
      .filter((name) => name.endsWith('.tgz'))
      .map((name) => path.join(folder, name))
      .map((file) => [manifestIn(file).name, file]),
  );
}

/** The package.json inside of a tarball. */
export function manifestIn(tarball) {
  return JSON.parse(
    execFileSync('tar', ['-xzOf', tarball, 'package/package.json'], {
      encoding: 'utf8',
    }),
  );
}

/** Fails over a tarball of another package or version: it may come from elsewhere, and from another day. */
export function checkTarballs(tarballs, version) {
  for (const [name, file] of tarballs) {
    if (!packages().includes(name)) {
      throw new Failure(
        `${path.basename(file)} is ${name}, which is not a package of this project: remove it`,
      );
    }
    if (manifestIn(file).version !== version) {
      throw new Failure(
        `${path.basename(file)} is not of ${version}: pack it again`,
      );
    }
  }
}

/** Fails unless every package has a tarball: the main one names the platforms', so they are published together. */
export function checkComplete(tarballs) {
  const absent = missing(tarballs);

  if (absent.length > 0) {
    throw new Failure(
      `${absent.join(', ')}: not built, but all packages are published together. ` +
        'Give a folder with all tarballs',
    );
  }
}

/** @returns {string[]} Packages of the project that have no tarball. */
export function missing(tarballs) {
  return packages().filter((name) => !tarballs.has(name));
}

export function byKind(tarballs) {
  const {
    'remote-mediasoup': main,
    [portPackage]: port,
    ...platforms
  } = Object.fromEntries(tarballs);

  return { main, port, platforms: Object.values(platforms) };
}

function packages() {
  return [
    'remote-mediasoup',
    portPackage,
    ...platformsOf(root).map((name) => `remote-mediasoup-${name}`),
  ];
}
