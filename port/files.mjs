/**
 * Search for the files of an application that a person wrote: code and JSON, without dependencies, build
 * output and hidden folders. The porting tool's analysis (`application.mjs`) calls `filesOf()`; it returns
 * the sources, and what it skipped with the reason.
 */

import fs from 'node:fs';
import path from 'node:path';
import { outsideOf, read } from './inside.mjs';
import { isPrintable } from './printable.mjs';
import { Source } from './Source.mjs';

/** Code, and configuration in JSON. */
const SOURCE = /\.([cm]?[jt]s|[jt]sx|json)$/;

/** Lock files, and output of bundlers. */
const SKIPPED_FILE = /^(package-lock|npm-shrinkwrap)\.json$|\.min\.\w+$/;

/** Code of others, output of builds, and hidden folders. */
const SKIPPED_FOLDER =
  /^(\..*|bower_components|build|coverage|dist|node_modules|out)$/;

/** Larger files are bundles. */
const MAX_BYTES = 1024 * 1024;

/**
 * @param {string} folder
 * @returns {{ sources: Source[], skipped: { file: string, reason: string }[] }} in the order of their
 *   names. Links aren't followed: what they lead to within the application is found there
 */
export function filesOf(folder) {
  const sources = [];
  const skipped = [];
  const visit = (inside) => {
    for (const entry of entriesOf(folder, inside, skipped)) {
      const file = inside ? `${inside}/${entry.name}` : entry.name;
      const place = path.join(folder, file);
      const link = entry.isSymbolicLink() && (outsideOf(folder, place) ?? {});
      if (!isWanted(entry.name, link ? link.isFolder : entry.isDirectory())) {
        continue;
      }
      if (link) {
        if (link.reason) skipped.push({ file, reason: link.reason });
      } else if (!isPrintable(entry.name)) {
        // In a patch, a line end in a name would begin a line of the patch.
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

function isWanted(name, isFolder) {
  return isFolder
    ? !SKIPPED_FOLDER.test(name)
    : SOURCE.test(name) && !SKIPPED_FILE.test(name);
}

/** The entries of a folder, in the order of their names. */
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
