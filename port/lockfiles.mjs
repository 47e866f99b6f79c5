/**
 * Lock file of the application that is ported. The porting tool's analysis (`application.mjs`) calls
 * `lockfileOf()`; it returns the package manager's install command, for the report, and the installed
 * packages that depend on mediasoup themselves.
 */

import fs from 'node:fs';
import path from 'node:path';
import { read } from './inside.mjs';
import { REPLACED } from './packages.mjs';

/** Lock file to the command that updates it, and the reader of those that are read. */
const MANAGERS = {
  'pnpm-lock.yaml': { install: 'pnpm install' },
  'yarn.lock': { install: 'yarn install', dependentsIn: dependentsInYarn },
  'bun.lock': { install: 'bun install' },
  'bun.lockb': { install: 'bun install' },
  'package-lock.json': {
    install: 'npm install',
    dependentsIn: dependentsInNpm,
  },
  'npm-shrinkwrap.json': {
    install: 'npm install',
    dependentsIn: dependentsInNpm,
  },
};

/** More than the lock file of any application has. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * @param {string} folder
 * @param {{ file: string, reason: string }[]} skipped gets the lock file if it can't be read
 * @returns {{ file?: string, install: string, dependents: string[] }}
 */
export function lockfileOf(folder, skipped) {
  const file = Object.keys(MANAGERS).find((name) =>
    fs.lstatSync(path.join(folder, name), { throwIfNoEntry: false }),
  );
  const { install, dependentsIn } = MANAGERS[file] ?? {
    install: 'npm install',
  };
  if (!dependentsIn) return { file, install, dependents: [] };
  const { text, reason } = read(path.join(folder, file), MAX_BYTES);
  try {
    if (reason) throw new Error(reason);
    return { file, install, dependents: dependentsIn(text) };
  } catch ({ message }) {
    skipped.push({ file, reason: message });
    return { file, install, dependents: [] };
  }
}

function dependentsInNpm(text) {
  return Object.entries(JSON.parse(text).packages ?? {})
    .filter(
      ([place, { dependencies, peerDependencies }]) =>
        place.includes('node_modules/') &&
        (dependencies?.[REPLACED] ?? peerDependencies?.[REPLACED]),
    )
    .map(([place]) => place.split('node_modules/').at(-1));
}

/** Blocks of lines, separated by empty ones: a name at the margin, its dependencies indented. */
function dependentsInYarn(text) {
  const needs = new RegExp(`^ {4,}"?${REPLACED}"?[: ]`, 'm');
  return text
    .split(/\n\s*\n/)
    .filter((block) => needs.test(block))
    .map((block) => /^"?(@?[^@"\s]+)@/m.exec(block)?.[1])
    .filter((name) => name !== undefined);
}
