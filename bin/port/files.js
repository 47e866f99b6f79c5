'use strict';

/** The files of an application that a person wrote. */

const fs = require('node:fs');
const path = require('node:path');
const { Source } = require('./Source');

/** Of code, and of configuration in JSON. */
const EXTENSIONS = new Set(
  '.cjs .cts .js .json .jsx .mjs .mts .ts .tsx'.split(' '),
);

/** What others wrote, or what was made from what is elsewhere. */
const SKIPPED_FOLDERS = new Set([
  'bower_components',
  'build',
  'coverage',
  'dist',
  'node_modules',
  'out',
]);

const SKIPPED_FILES = /^(package-lock|npm-shrinkwrap)\.json$|\.min\.\w+$/;

/** Larger ones are bundles. */
const MAX_BYTES = 1024 * 1024;

/**
 * @param {string} folder
 * @returns {{ sources: Source[], skipped: { file: string, reason: string }[] }} in the order of their
 *   names. Links aren't followed
 */
function filesOf(folder) {
  const sources = [];
  const skipped = [];
  const visit = (inside) => {
    const entries = fs.readdirSync(path.join(folder, inside), {
      withFileTypes: true,
    });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const file = inside ? `${inside}/${entry.name}` : entry.name;
      if (entry.isDirectory()) {
        if (!entry.name.startsWith('.') && !SKIPPED_FOLDERS.has(entry.name)) {
          visit(file);
        }
      } else if (
        entry.isFile() &&
        EXTENSIONS.has(path.extname(entry.name)) &&
        !SKIPPED_FILES.test(entry.name)
      ) {
        const { text, reason } = read(path.join(folder, file));
        if (reason) skipped.push({ file, reason });
        else sources.push(new Source(file, text));
      }
    }
  };
  visit('');
  return { sources, skipped };
}

/** A file's text, from which the very same file can be written; or why there is none. */
function read(file) {
  try {
    if (fs.statSync(file).size > MAX_BYTES) {
      return { reason: 'more than 1 MiB' };
    }
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return { text: decoder.decode(fs.readFileSync(file)) };
  } catch (error) {
    return { reason: error.code ?? 'not UTF-8' };
  }
}

exports.filesOf = filesOf;
