'use strict';

/** What an application is installed with, and who else in it wants mediasoup. */

const fs = require('node:fs');
const path = require('node:path');
const { read } = require('./inside');
const { REPLACED } = require('./ownPackage');

/** Lock file to what brings it up to date. */
const MANAGERS = [
  ['pnpm-lock.yaml', 'pnpm install'],
  ['yarn.lock', 'yarn install'],
  ['bun.lock', 'bun install'],
  ['bun.lockb', 'bun install'],
  ['package-lock.json', 'npm install'],
  ['npm-shrinkwrap.json', 'npm install'],
];

/** Larger than that of any application. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * @param {string} folder
 * @param {{ file: string, reason: string }[]} skipped where a lock file that can't be read is added
 * @returns {{ file?: string, install: string, dependents: string[] }} `dependents` are names of packages
 *   that want mediasoup themselves; only the lock files of npm and of yarn are asked
 */
function lockfileOf(folder, skipped) {
  for (const [file, install] of MANAGERS) {
    const place = path.join(folder, file);
    if (fs.lstatSync(place, { throwIfNoEntry: false })) {
      return { file, install, dependents: dependentsIn(file, place, skipped) };
    }
  }
  return { install: 'npm install', dependents: [] };
}

function dependentsIn(file, place, skipped) {
  const dependentsOf = file.endsWith('.json')
    ? (text) => dependentsOfNpm(JSON.parse(text))
    : file === 'yarn.lock' && dependentsOfYarn;
  if (!dependentsOf) return [];
  const { text, reason } = read(place, MAX_BYTES);
  if (reason) {
    skipped.push({ file, reason });
    return [];
  }
  try {
    return dependentsOf(text);
  } catch {
    // A lock file that makes no sense is the package manager's to complain of.
    return [];
  }
}

function dependentsOfNpm({ packages = {} }) {
  return Object.entries(packages)
    .filter(
      ([place, { dependencies, peerDependencies }]) =>
        place.includes('node_modules/') &&
        (dependencies?.[REPLACED] ?? peerDependencies?.[REPLACED]),
    )
    .map(([place]) => place.split('node_modules/').at(-1));
}

/** Blocks of lines, apart by empty ones: a name at the margin, what it needs further in. */
function dependentsOfYarn(text) {
  const needs = new RegExp(`^ {4,}"?${REPLACED}"?[: ]`, 'm');
  return text
    .split(/\n\s*\n/)
    .filter((block) => needs.test(block))
    .map((block) => /^"?(@?[^@"\s]+)@/m.exec(block)?.[1])
    .filter((name) => name !== undefined);
}

exports.lockfileOf = lockfileOf;
