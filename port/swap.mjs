/**
 * The swap of mediasoup for remote-mediasoup in an application's files. The porting tool's analysis
 * (`application.mjs`) calls it; it returns each file's text before and after, and a change as a patch that
 * `git apply` reads.
 */

import { FILE_HEADERS_ONLY, createTwoFilesPatch } from 'diff';
import MagicString from 'magic-string';
import { editsOf } from './manifests.mjs';
import { OWN, REPLACED } from './packages.mjs';
import { lineOf } from './Source.mjs';

/**
 * @param {{ source: import('./Source.mjs').Source, entries: object[] }[]} manifests
 * @param {{ source: import('./Source.mjs').Source, imports: object[] }[]} code
 * @param {'alias' | 'require'} to
 * @returns {{ file: string, lines: number, before: string, after: string }[]} `lines` is how many change
 */
export function changesIn(manifests, code, to) {
  const edits = manifests.map(({ source, entries }) => ({
    source,
    edits: entries.flatMap((entry) => editsOf(entry, to)),
  }));
  if (to === 'require') {
    edits.push(
      ...code.map(({ source, imports }) => ({
        source,
        edits: imports
          .filter(({ name }) => name === REPLACED)
          .map(({ node }) => ({ node, old: REPLACED, text: OWN.name })),
      })),
    );
  }
  return edits
    .filter((one) => one.edits.length > 0)
    .map(({ source: { file, text: before }, edits: list }) => {
      const after = new MagicString(before);
      for (const { node, old, text } of list) {
        // Quotes stay, and whatever comes after the package's name.
        const start = node.start + 1;
        after.update(start, old ? start + old.length : node.end - 1, text);
      }
      const lines = new Set(list.map(({ node }) => lineOf(node))).size;
      return { file, lines, before, after: after.toString() };
    });
}

/** A change as `git apply` and `patch -p1` read it. */
export function diffOf({ file, before, after }) {
  const names = [`a/${file}`, `b/${file}`];
  // `patch` cuts a name at its first space, unless a tab ends the name.
  const end = file.includes(' ') ? ' ' : '';
  return createTwoFilesPatch(...names, before, after, end, end, {
    context: 3,
    headerOptions: FILE_HEADERS_ONLY,
  });
}
