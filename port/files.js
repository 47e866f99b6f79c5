'use strict';

/** The files of an application that a person wrote. */

const fs = require('node:fs');
const path = require('node:path');
const { isPrintable } = require('./printable');
const { outsideOf, read } = require('./inside');
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
 *   names. Links aren't followed: what they lead to in the application is found there
 */
function filesOf(folder) {
  const sources = [];
  const skipped = [];
  const visit = (inside) => {
    for (const entry of entriesOf(folder, inside, skipped)) {
      const file = inside ? `${inside}/${entry.name}` : entry.name;
      const place = path.join(folder, file);
      const isCode =
        EXTENSIONS.has(path.extname(entry.name)) &&
        !SKIPPED_FILES.test(entry.name);
      const isFolder =
        !entry.name.startsWith('.') && !SKIPPED_FOLDERS.has(entry.name);
      if (entry.isSymbolicLink()) {
        const outside = outsideOf(folder, place);
        if (outside && (outside.isFolder ? isFolder : isCode)) {
          skipped.push({ file, reason: outside.reason });
        }
      } else if (entry.isDirectory() ? !isFolder : !isCode) {
        continue;
      } else if (!isPrintable(entry.name)) {
        // In a patch, the end of a line in it would begin a line of its own.
        skipped.push({ file, reason: 'control characters in its name' });
      } else if (entry.isDirectory()) {
        visit(file);
      } else {
        const { text, reason } = read(place, MAX_BYTES);
        if (reason) skipped.push({ file, reason });
        else sources.push(new Source(file, text));
      }
    }
  };
  visit('');
  return { sources, skipped };
}

/** What is in a folder, in the order of the names. */
function entriesOf(folder, inside, skipped) {
  try {
    const entries = fs.readdirSync(path.join(folder, inside), {
      withFileTypes: true,
    });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    skipped.push({ file: inside || '.', reason: error.code });
    return [];
  }
}

exports.filesOf = filesOf;
