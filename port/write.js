'use strict';

/** Writes changed files so that nothing is lost: all of them or none, and with a patch that undoes them. */

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { Failure } = require('./Failure');
const { read, replace } = require('./inside');

/** Where the patch goes, in the application's folder. */
const PATCH = 'remote-mediasoup.patch';

/** What anything may read and the user may write, less the umask. */
const PATCH_MODE = 0o666;

/**
 * A repository that came with its own settings must not have git start a program, and a file's name is no
 * pattern.
 */
const GIT_STATUS = [
  ...['--literal-pathspecs', '-c', 'core.fsmonitor=false'],
  ...['status', '--porcelain', '--untracked-files=all'],
];

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
  if (!force) refuseUncommitted(folder, changes);
  refusePatch(folder, force);
  for (const { file, before } of changes) {
    if (read(path.join(folder, file), Infinity).text !== before) {
      throw new Failure(`${file} has changed meanwhile: run it again`, REFUSED);
    }
  }
  const undoing = [];
  try {
    replace(path.join(folder, PATCH), diff, PATCH_MODE);
    undoing.push(() => fs.rmSync(path.join(folder, PATCH)));
    for (const { file, before, after } of changes) {
      rewrite(path.join(folder, file), after);
      undoing.push(() => rewrite(path.join(folder, file), before));
    }
  } catch (error) {
    for (const undo of undoing.reverse()) undo();
    throw new Failure(`nothing was written: ${error.message}`, REFUSED);
  }
  return PATCH;
}

/** What isn't committed yet could no longer be told from what we write. */
function refuseUncommitted(folder, changes) {
  const files = changes.map(({ file }) => file);
  const git = spawnSync('git', [...GIT_STATUS, '--', ...files], {
    cwd: folder,
    encoding: 'utf8',
  });
  // No git, or no repository: the patch is what one can go back by.
  if (git.status !== 0 || git.stdout === '') return;
  const names = git.stdout.trimEnd().split('\n');
  throw new Failure(
    `these files have changes that aren't committed: ${names.map((line) => line.slice(3)).join(', ')}. Commit them first, or use --force`,
    REFUSED,
  );
}

/** An earlier patch is the way back from what was written before. */
function refusePatch(folder, force) {
  const place = path.join(folder, PATCH);
  const stat = fs.lstatSync(place, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (!stat.isFile()) {
    throw new Failure(
      `${PATCH} is a ${stat.isSymbolicLink() ? 'link' : 'folder or a device'}, where the patch is to be written: remove it first`,
      REFUSED,
    );
  }
  if (force) return;
  throw new Failure(
    `${PATCH} is there already: remove it first, or use --force`,
    REFUSED,
  );
}

/** Changes what a file holds and leaves its permissions. */
function rewrite(file, text) {
  replace(file, text, fs.lstatSync(file).mode & 0o777);
}

exports.PATCH = PATCH;
exports.write = write;
