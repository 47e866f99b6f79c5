'use strict';

/** What an application is installed with, and who else in it wants mediasoup. */

const fs = require('node:fs');
const path = require('node:path');
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

/**
 * @param {string} folder
 * @returns {{ file?: string, install: string, dependents: string[] }} `dependents` are names of packages
 *   that want mediasoup themselves; only the lock files of npm and of yarn are asked
 */
function lockfileOf(folder) {
  for (const [file, install] of MANAGERS) {
    const place = path.join(folder, file);
    if (fs.existsSync(place)) {
      return { file, install, dependents: dependentsIn(place) };
    }
  }
  return { install: 'npm install', dependents: [] };
}

function dependentsIn(file) {
  try {
    const text = fs.readFileSync(file, 'utf8');
    if (file.endsWith('.json')) return dependentsOfNpm(JSON.parse(text));
    return file.endsWith('yarn.lock') ? dependentsOfYarn(text) : [];
  } catch {
    // A lock file that can't be read is the package manager's to complain of.
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
