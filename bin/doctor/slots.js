'use strict';

/**
 * The doctor's check of the CPU slots of this machine: one lock file per CPU in one directory, locked by the
 * program whose worker process runs on that CPU. It reports how many are taken, and files or permissions that
 * would keep Workers from taking one. It takes no slot, creates no file, and opens none.
 *
 * The conditions are those of `crates/cpu-slots`, which opens the files.
 */

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { Trouble, fail, ok, warn } = require('./Checkup');

/** The machine's directory, unless `REMOTE_MEDIASOUP_SLOTS` names another one. */
const MACHINE = '/run/remote-mediasoup';

const OR = ', or name another directory in REMOTE_MEDIASOUP_SLOTS';

const SLOT = /^cpu-(\d+)$/;

/** A line of /proc/locks: kind, and the file's device and inode. */
const LOCK = /^\d+: FLOCK .* [\da-f]+:[\da-f]+:(\d+) /gm;

const OTHERS_MAY_WRITE = 0o002;

/** @param {NodeJS.ProcessEnv} env */
function checkSlots(env) {
  const count = os.availableParallelism();
  const directory = directories(env).find(statusOf);
  if (!directory) return ok(`${count}, none of which was ever taken`);
  checkDirectory(directory);
  const files = fs
    .readdirSync(directory)
    .filter((name) => Number(SLOT.exec(name)?.[1]) < count)
    .map((name) => checkFile(path.join(directory, name)));
  const missing = isOwn(statusOf(directory)) ? 0 : count - files.length;
  if (missing > 0) {
    // Only the directory's owner creates files.
    return (missing < count ? warn : fail)(
      `${directory} has files for ${files.length} of ${count} CPUs`,
      `create cpu-0 to cpu-${count - 1} there as root${OR}`,
    );
  }
  const taken = takenOf(files);
  const text = `${taken} of ${count} are taken by programs of this machine, in ${directory}`;
  return taken < count
    ? ok(text)
    : warn(
        text,
        'a vertical Worker gets no CPU of its own: end other programs, or give it REMOTE_MEDIASOUP_SLOTS of its own',
      );
}

/** Possible directories of the slots: the first that exists has them. */
function directories(env) {
  if (env.REMOTE_MEDIASOUP_SLOTS) {
    // A slash at the end would lead through a link.
    return [env.REMOTE_MEDIASOUP_SLOTS.replace(/(?<=.)(\/\.?)+$/, '')];
  }
  const user = process.geteuid();
  const logins = [env.XDG_RUNTIME_DIR, `/run/user/${user}`].filter(
    (login) => login && statusOf(login)?.uid === user,
  );
  return [
    MACHINE,
    ...logins.map((login) => path.join(login, 'remote-mediasoup')),
    path.join(os.tmpdir(), `remote-mediasoup-${user}`),
  ];
}

function checkDirectory(directory) {
  const status = statusOf(directory);
  check(directory, status, 'directory');
  if (status.mode & OTHERS_MAY_WRITE) {
    throw new Trouble(
      `every user can write to ${directory}`,
      `take that right away (chmod o-w)${OR}`,
    );
  }
}

function checkFile(file) {
  const status = statusOf(file);
  check(file, status, 'regular file');
  return status;
}

function check(file, status, wanted) {
  const found = kindOf(status);
  if (found !== wanted) {
    throw new Trouble(
      `${file} is a ${found}, not a ${wanted}`,
      `remove it${OR}`,
    );
  }
  if (!isOwn(status) && status.uid !== 0) {
    throw new Trouble(
      `${file} belongs to user ${status.uid}, not to root or to user ${process.geteuid()}, who runs this program`,
      `remove it${OR}`,
    );
  }
  try {
    fs.accessSync(file, fs.constants.R_OK);
  } catch {
    throw new Trouble(
      `${file} can't be read by this user`,
      `make it accessible to this user${OR}`,
    );
  }
}

function kindOf(status) {
  if (status.isFile()) return 'regular file';
  if (status.isDirectory()) return 'directory';
  if (status.isSymbolicLink()) return 'symbolic link';
  if (status.isFIFO()) return 'FIFO';
  return status.isSocket() ? 'socket' : 'device';
}

function isOwn({ uid }) {
  return uid === process.geteuid();
}

/** Number of locked files, as far as this process can see. */
function takenOf(files) {
  const locked = new Set(
    [...fs.readFileSync('/proc/locks', 'latin1').matchAll(LOCK)].map(
      ([, inode]) => Number(inode),
    ),
  );
  return files.filter(({ ino }) => locked.has(ino)).length;
}

/** Status of a path, links not followed; `undefined` if nothing is there. */
function statusOf(file) {
  return fs.lstatSync(file, { throwIfNoEntry: false });
}

exports.checkSlots = checkSlots;
