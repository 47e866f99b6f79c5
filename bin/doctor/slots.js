'use strict';

/**
 * The CPU slots of this machine: one file per CPU in one directory, locked by the program whose real Worker
 * runs there. Looking doesn't take any.
 */

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { fail, ok, warn } = require('./Checkup');

/** Where the files are, unless `REMOTE_MEDIASOUP_SLOTS` says otherwise; the second where the first can't be. */
const DIRECTORIES = [
  '/run/lock/remote-mediasoup',
  path.join(os.tmpdir(), 'remote-mediasoup'),
];

/** A line of /proc/locks: kind, and the file's device and inode. */
const LOCK = /^\d+: FLOCK .* [\da-f]+:[\da-f]+:(\d+) /gm;

/** @param {NodeJS.ProcessEnv} env */
function checkSlots(env) {
  const given = env.REMOTE_MEDIASOUP_SLOTS;
  const directory = (given ? [given] : DIRECTORIES).find(isDirectory);
  const count = os.availableParallelism();
  if (!directory) return ok(`${count}, none of which was ever taken`);
  try {
    fs.accessSync(directory, fs.constants.R_OK | fs.constants.W_OK);
  } catch {
    return fail(
      `${directory} can't be written by this user`,
      'let every user that runs Workers write there (mode 1777), or name another with REMOTE_MEDIASOUP_SLOTS',
    );
  }
  const taken = takenIn(directory);
  const text = `${taken} of ${count} are taken by programs of this machine`;
  return taken < count
    ? ok(text)
    : warn(
        text,
        'a vertical Worker gets no CPU of its own: end other programs, or give it REMOTE_MEDIASOUP_SLOTS of its own',
      );
}

/** How many of its files are locked, as far as this process may know. */
function takenIn(directory) {
  const locked = new Set(
    [...fs.readFileSync('/proc/locks', 'latin1').matchAll(LOCK)].map(
      ([, inode]) => Number(inode),
    ),
  );
  return fs
    .readdirSync(directory)
    .filter((name) => locked.has(fs.statSync(path.join(directory, name)).ino))
    .length;
}

function isDirectory(file) {
  return fs.statSync(file, { throwIfNoEntry: false })?.isDirectory();
}

exports.checkSlots = checkSlots;
