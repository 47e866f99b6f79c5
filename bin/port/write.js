'use strict';

/** Writes changed files so that nothing is lost: all of them or none, and with a patch that undoes them. */

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { Failure } = require('../Failure');

/** Where the patch goes, in the application's folder. */
const PATCH = 'remote-mediasoup.patch';

/** Exit code where nothing was written, because something could be lost. */
const REFUSED = 3;

/**
 * @param {string} folder
 * @param {{ file: string, before: string, after: string }[]} changes
 * @param {string} diff of all of them
 * @param {{ force: boolean }} options
 * @returns {string} the patch's name
 */
function write(folder, changes, diff, { force }) {
  if (!force) {
    refuseUncommitted(folder, changes);
    refusePatch(folder);
  }
  for (const { file, before } of changes) {
    if (fs.readFileSync(path.join(folder, file), 'utf8') !== before) {
      throw new Failure(`${file} has changed meanwhile: run it again`, REFUSED);
    }
  }
  fs.writeFileSync(path.join(folder, PATCH), diff);
  const written = [];
  try {
    for (const change of changes) {
      replace(path.join(folder, change.file), change.after);
      written.push(change);
    }
  } catch (error) {
    for (const { file, before } of written) {
      replace(path.join(folder, file), before);
    }
    fs.rmSync(path.join(folder, PATCH));
    throw new Failure(`nothing was written: ${error.message}`, REFUSED);
  }
  return PATCH;
}

/** What isn't committed yet could no longer be told from what we write. */
function refuseUncommitted(folder, changes) {
  const files = changes.map(({ file }) => file);
  const git = spawnSync(
    'git',
    ['status', '--porcelain', '--untracked-files=all', '--', ...files],
    { cwd: folder, encoding: 'utf8' },
  );
  // No git, or no repository: the patch is what one can go back by.
  if (git.status !== 0 || git.stdout === '') return;
  const names = git.stdout.trimEnd().split('\n');
  throw new Failure(
    `these files have changes that aren't committed: ${names.map((line) => line.slice(3)).join(', ')}. Commit them first, or use --force`,
    REFUSED,
  );
}

/** An earlier patch is the way back from what was written before. */
function refusePatch(folder) {
  if (!fs.existsSync(path.join(folder, PATCH))) return;
  throw new Failure(
    `${PATCH} is there already: remove it first, or use --force`,
    REFUSED,
  );
}

/** The file is the old one or the new one at every moment. */
function replace(file, text) {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    fs.writeFileSync(temporary, text, { mode: fs.statSync(file).mode });
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
}

exports.PATCH = PATCH;
exports.write = write;
