/**
 * Paths and names that the scripts share: the checkout, the cache outside of it, this platform's name in
 * package names (`linux-x64-gnu`), and the platforms that are published.
 */

import fs from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Outlives the checkout, so that a fresh clone does not build everything again. */
export const cacheDir =
  process.env.REMOTE_MEDIASOUP_CACHE ||
  path.join(
    process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'),
    'remote-mediasoup',
  );

/** `linux-x64-gnu`, as in the name of the platform package. */
export const platform = platformName();

export const platformPackage = `remote-mediasoup-${platform}`;

/** The package that ports applications, and where it is. */
export const portPackage = 'remote-mediasoup-port';
export const portDir = path.join(root, 'port');

/** Directory of the addon and the worker binary in a checkout. */
export const platformDir = path.join(root, 'npm', platform);

/** The folders below npm/ that are platform packages. */
export function platformsOf(checkout) {
  return fs
    .readdirSync(path.join(checkout, 'npm'))
    .filter((name) =>
      fs.existsSync(path.join(checkout, 'npm', name, 'package.json')),
    )
    .sort();
}

function platformName() {
  const name = `${process.platform}-${process.arch}`;

  return process.platform === 'linux' ? `${name}-${libc()}` : name;
}

function libc() {
  // Listing network interfaces is what takes time in a report.
  process.report.excludeNetwork = true;

  return process.report.getReport().header.glibcVersionRuntime ? 'gnu' : 'musl';
}
