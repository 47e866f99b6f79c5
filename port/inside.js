'use strict';

/**
 * Files of an application, read and written without leaving its folder. Somebody else may have made
 * that folder: a link in it leads wherever its maker wants.
 */

const { randomBytes } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = fs.constants;

/**
 * A file's text, from which the very same file can be written; or the reason why there is none.
 *
 * @param {string} file
 * @param {number} maxBytes
 * @returns {{ text?: string, reason?: string }}
 */
function read(file, maxBytes) {
  let descriptor;
  try {
    // Nobody may ever write to a named pipe: opening it must not wait for that.
    descriptor = fs.openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const { size, isFile } = statOf(descriptor);
    if (!isFile) return { reason: 'not a file' };
    if (size > maxBytes) {
      return { reason: `more than ${maxBytes / 1024 / 1024} MiB` };
    }
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return { text: decoder.decode(fs.readFileSync(descriptor)) };
  } catch (error) {
    return { reason: reasonOf(error) };
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor);
  }
}

function statOf(descriptor) {
  const stat = fs.fstatSync(descriptor);
  return { size: stat.size, isFile: stat.isFile() };
}

function reasonOf({ code }) {
  if (code === 'ELOOP') return 'a link, which is not followed';
  return code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'not UTF-8' : code;
}

/**
 * Why a link of an application isn't followed; `undefined` where it leads to what is in the application,
 * too, and is found there.
 *
 * @param {string} folder of the application
 * @param {string} link
 * @returns {{ reason: string, isFolder: boolean } | undefined}
 */
function outsideOf(folder, link) {
  try {
    const target = fs.realpathSync(link);
    const way = path.relative(fs.realpathSync(folder), target);
    if (way !== '..' && !way.startsWith(`..${path.sep}`)) return undefined;
    return {
      reason: 'a link out of the application, which is not followed',
      isFolder: fs.statSync(target).isDirectory(),
    };
  } catch (error) {
    return {
      reason: `a link that leads nowhere: ${error.code}`,
      isFolder: false,
    };
  }
}

/**
 * Writes a file whole: it is the old one or the new one at every moment. What the new one takes the place
 * of, a link for instance, isn't written through.
 */
function replace(file, text, mode) {
  // A name that nobody can have prepared, and `wx`, which creates and never follows.
  const temporary = `${file}.${randomBytes(8).toString('hex')}.tmp`;
  try {
    fs.writeFileSync(temporary, text, { mode, flag: 'wx' });
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
}

exports.outsideOf = outsideOf;
exports.read = read;
exports.replace = replace;
