/**
 * Limits of the sizes of published tarballs and binaries. The release script measures them and fails over a
 * limit; a commit that needs more raises the limit here and gives the reason.
 */

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const KIB = 1024;
const MIB = 1024 * KIB;

/** Of every platform's package: what it measured on linux-x64-gnu, and a quarter. */
const COMPILED = {
  'remote-mediasoup.node': 8.5 * MIB,
  'remote-mediasoup': 12 * MIB,
  'remote-mediasoup-worker': 12 * MIB,
};

const PLATFORM_TARBALL = 13 * MIB;
const MAIN_TARBALL = 900 * KIB;
const PORT_TARBALL = 40 * KIB;

/**
 * Measures the packages: sizes and limits in bytes.
 *
 * @param {object} tarballs
 * @param {string} tarballs.main - Of the package itself.
 * @param {string} tarballs.port - Of the package that ports applications.
 * @param {string[]} tarballs.platforms - Of platform packages.
 */
export function measure({ main, port, platforms }) {
  return [
    { name: path.basename(main), bytes: sizeOf(main), limit: MAIN_TARBALL },
    { name: path.basename(port), bytes: sizeOf(port), limit: PORT_TARBALL },
    ...platforms.flatMap((tarball) => [
      {
        name: path.basename(tarball),
        bytes: sizeOf(tarball),
        limit: PLATFORM_TARBALL,
      },
      ...compiledIn(tarball),
    ]),
  ];
}

/** A line per item, and what is too large. */
export function judge(items) {
  const width = Math.max(...items.map(({ name }) => name.length));

  return {
    lines: items.map(
      ({ name, bytes, limit }) =>
        `${name.padEnd(width)}  ${shown(bytes)} of ${shown(limit)}  ` +
        `${String(Math.round((100 * bytes) / limit)).padStart(3)} %`,
    ),
    errors: items
      .filter(({ bytes, limit }) => bytes > limit)
      .map(
        ({ name, bytes, limit }) =>
          `${name} has ${shown(bytes).trim()}, more than its limit of ${shown(limit).trim()}: ` +
          'make it smaller, or raise the limit in scripts/release/budget.mjs and say why',
      ),
  };
}

function compiledIn(tarball) {
  // `-rwxr-xr-x 0/0  9953648 2026-01-31 12:00 package/remote-mediasoup`; BSD's tar has more columns.
  const lines = execFileSync('tar', ['-tvzf', tarball], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.split(/\s+/));

  return Object.entries(COMPILED).map(([name, limit]) => {
    const columns = lines.find((line) => line.at(-1) === `package/${name}`);
    const bytes = Number(
      columns?.find((column, index) => index > 1 && /^\d{5,}$/.test(column)),
    );

    if (!(bytes > 0)) {
      throw new Error(`${path.basename(tarball)} has no ${name}`);
    }

    return { name: `  ${name}`, bytes, limit };
  });
}

function sizeOf(file) {
  return fs.statSync(file).size;
}

function shown(bytes) {
  return `${(bytes / MIB).toFixed(2).padStart(6)} MiB`;
}
