/**
 * Analysis of an application that is ported. The command `remote-mediasoup-port` calls `analysisOf()` with
 * its folder; it returns the application's uses of mediasoup, findings about what behaves otherwise with
 * Workers on a server, and the changes of files that swap mediasoup for remote-mediasoup.
 */

import { Failure } from './Failure.mjs';
import { filesOf } from './files.mjs';
import { importsOf } from './imports.mjs';
import { lockfileOf } from './lockfiles.mjs';
import { findingsOfManifest, isPorted, manifestsIn } from './manifests.mjs';
import { OWN, REPLACED, isOffered } from './packages.mjs';
import { findingsOf } from './rules.mjs';
import { lineOf } from './Source.mjs';
import { changesIn, diffOf } from './swap.mjs';
import { usesOf } from './uses.mjs';

/** Exit code if there is nothing to port, or it can't be read. */
const WRONG_INPUT = 2;

/** It runs in browsers, and its methods have the names of mediasoup's. */
const CLIENT = 'mediasoup-client';

/**
 * @param {string} folder
 * @param {'alias' | 'require'} to
 */
export function analysisOf(folder, to) {
  const { sources, skipped } = filesOf(folder);
  const manifests = manifestsIn(sources, skipped);
  const code = sources.map((source) => withImports(source));
  const imports = code.flatMap((one) => one.imports);
  const unparsed = code.flatMap(unparsedIn);
  if (imports.length === 0 && manifests.length === 0) {
    const unknown = unparsed.map(({ file, line }) => `${file}:${line}`);
    throw new Failure(
      `nothing in ${folder} uses mediasoup: no package.json names it, no source imports it${
        unknown.length > 0 ? `; can't be parsed: ${unknown.join(', ')}` : ''
      }`,
      WRONG_INPUT,
    );
  }
  const changes = changesIn(manifests, code, to);
  return {
    ...lockfileOf(folder, skipped),
    manifests: manifests.flatMap(({ source, entries }) =>
      entries.map(({ section, name, range, value }) => ({
        ...source.place(lineOf(value)),
        section,
        name,
        range,
      })),
    ),
    isPorted: isPorted(manifests, imports),
    imports: code.flatMap(({ source, imports: found }) =>
      found.map(({ node, ...one }) => ({
        ...one,
        ...source.place(lineOf(node)),
      })),
    ),
    uses: usesIn(code),
    findings: [
      ...unparsed,
      ...manifests.flatMap(placed(findingsOfManifest)),
      ...code.flatMap(placed(findingsOfImports)),
      ...code
        .filter(isOurs)
        .flatMap(placed(({ source }) => findingsOf(source))),
    ],
    skipped,
    changes,
    diff: changes.map(diffOf).join(''),
  };
}

/** A source, with its imports of either package, and whether it is a page's. */
function withImports(source) {
  const all = source.isJson
    ? []
    : importsOf(source, [REPLACED, OWN.name, CLIENT]);
  return {
    source,
    imports: all.filter(({ name }) => name !== CLIENT),
    isPage: all.some(({ name }) => name === CLIENT),
  };
}

/** True if behaviour of a source counts: not a test's, nor a page's. */
function isOurs({ source, isPage }) {
  const isOther =
    source.isJson && /(^|\/)(package|tsconfig)[^/]*$/.test(source.file);
  return !source.isTest && !isPage && !isOther;
}

/** The finding for a source that the parser refuses: everything else about it is unknown. */
function unparsedIn(one) {
  const { source } = one;
  if (source.isJson && !isOurs(one)) return [];
  if (!source.failure) return [];
  const { reason, line } = source.failure;
  return [
    {
      rule: 'unparsed',
      level: 'check',
      why: `the file can't be parsed: ${reason}`,
      todo: 'correct it and run this again, or look yourself for mediasoup and addresses in it',
      ...source.place(line),
    },
  ];
}

/** Names of functions, and the places of their calls. */
function usesIn(code) {
  const uses = new Map();
  for (const one of code.filter(isOurs)) {
    for (const { name, key } of usesOf(one.source, one.imports.length > 0)) {
      if (!uses.has(name)) uses.set(name, []);
      uses.get(name).push(one.source.place(lineOf(key)));
    }
  }
  return [...uses]
    .map(([name, places]) => ({ name, places }))
    .sort((a, b) => b.places.length - a.places.length);
}

/** Paths into mediasoup that the own package doesn't have. */
function findingsOfImports({ imports }) {
  return imports
    .filter(({ specifier, name }) => !isOffered(specifier, name))
    .map(({ specifier, node }) => ({
      rule: 'subpath',
      level: 'change',
      why: `${specifier} doesn't exist here: mediasoup's documentation doesn't name this path`,
      todo: `import from ${REPLACED} or ${REPLACED}/types`,
      line: lineOf(node),
    }));
}

/** Findings with their place in the source instead of the line alone. */
function placed(find) {
  return (one) =>
    find(one).map(({ line, ...finding }) => ({
      ...finding,
      ...one.source.place(line),
    }));
}
