/**
 * Reads and writes files of the application that is ported, without leaving its folder: links out of it are
 * neither read nor written through. The folder may come from an untrusted author. The search for files, the
 * lock file's reader and the swap call it.
 */

import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = fs.constants;

const REASONS = {
  ELOOP: 'a link, which is not followed',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'not UTF-8',
};

/**
 * A file's text, from which exactly the same file can be written, or the reason why there is none.
 *
 * @param {string} file
 * @param {number} maxBytes
 * @returns {{ text?: string, reason?: string }}
 */
export function read(file, maxBytes) {
  let descriptor;
  try {
    // Opening a named pipe must not wait for a writer.
    descriptor = fs.openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const stat = fs.fstatSync(descriptor);
    if (!stat.isFile()) return { reason: 'not a file' };
    if (stat.size > maxBytes) {
      return { reason: `more than ${maxBytes / 1024 / 1024} MiB` };
    }
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return { text: decoder.decode(fs.readFileSync(descriptor)) };
  } catch ({ code }) {
    return { reason: REASONS[code] ?? code };
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor);
  }
}

/**
 * The reason why a link of an application isn't followed; `undefined` if it leads to a file in the
 * application, which is found there.
 *
 * @param {string} folder of the application
 * @param {string} link
 * @returns {{ reason: string, isFolder: boolean } | undefined}
 */
export function outsideOf(folder, link) {
  try {
    const target = fs.realpathSync(link);
    const way = path.relative(fs.realpathSync(folder), target);
    if (way !== '..' && !way.startsWith(`..${path.sep}`)) return undefined;
    return {
      reason: 'a link out of the application, which is not followed',
      isFolder: fs.statSync(target).isDirectory(),
    };
  } catch ({ code }) {
    return { reason: `a link that leads nowhere: ${code}`, isFolder: false };
  }
}

/**
 * Writes a whole file: at every moment it is the old one or the new one. A link at its place is replaced,
 * not followed.
 */
export function replace(file, text, mode) {
  // A name that nobody can predict, and `wx`, which creates and never follows.
  const temporary = `${file}.${randomBytes(8).toString('hex')}.tmp`;
  try {
    fs.writeFileSync(temporary, text, { mode, flag: 'wx' });
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
}
