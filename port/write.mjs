/**
 * Writes the swap's changed files into the application, all of them or none, with a patch that undoes them.
 * The command `remote-mediasoup-port` calls `write()` for `--write`; it refuses files with uncommitted
 * changes, and returns the patch's name.
 */

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Failure } from './Failure.mjs';
import { read, replace } from './inside.mjs';

/** Name of the patch, in the application's folder. */
export const PATCH = 'remote-mediasoup.patch';

/** Readable by everybody and writable by the user, less the umask. */
const PATCH_MODE = 0o666;

/** A repository's own settings must not start a program, and a file's name is not a pattern. */
const GIT_STATUS =
  '--literal-pathspecs -c core.fsmonitor=false status --porcelain --untracked-files=all --';

/** Exit code if nothing was written, because something could be lost. */
const REFUSED = 3;

/**
 * @param {string} folder
 * @param {{ file: string, before: string, after: string }[]} changes
 * @param {string} diff of all of them
 * @param {{ force: boolean }} options
 * @returns {string} the patch's name
 */
export function write(folder, changes, diff, { force }) {
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

/** Uncommitted changes would mix with ours. */
function refuseUncommitted(folder, changes) {
  const files = changes.map(({ file }) => file);
  const git = spawnSync('git', [...GIT_STATUS.split(' '), ...files], {
    cwd: folder,
    encoding: 'utf8',
  });
  // Without git or a repository, the patch is the only way back.
  if (git.status !== 0 || git.stdout === '') return;
  const names = git.stdout.trimEnd().split('\n');
  throw new Failure(
    `these files have changes that aren't committed: ${names.map((line) => line.slice(3)).join(', ')}. Commit them first, or use --force`,
    REFUSED,
  );
}

/** An earlier patch is the way back from an earlier change. */
function refusePatch(folder, force) {
  const stat = fs.lstatSync(path.join(folder, PATCH), {
    throwIfNoEntry: false,
  });
  if (!stat || (stat.isFile() && force)) return;
  const problem = stat.isFile()
    ? 'exists already: remove it first, or use --force'
    : `is a ${stat.isSymbolicLink() ? 'link' : 'folder or a device'}, where the patch is to be written: remove it first`;
  throw new Failure(`${PATCH} ${problem}`, REFUSED);
}

/** Changes the contents of a file and keeps its permissions. */
function rewrite(file, text) {
  replace(file, text, fs.lstatSync(file).mode & 0o777);
}
