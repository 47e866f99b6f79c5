'use strict';

/** What an application uses of mediasoup, what behaves otherwise on a server, and what the swap changes. */

const path = require('node:path');
const { Failure } = require('./Failure');
const { changed, diffOf } = require('./diff');
const { filesOf } = require('./files');
const { importsOf, isOffered } = require('./imports');
const { lockfileOf } = require('./lockfiles');
const { changesOf, differenceOf, entriesOf, isAlias } = require('./manifests');
const { ownPackage, REPLACED } = require('./ownPackage');
const { findingsOf } = require('./rules');
const { usesOf } = require('./uses');

/** Exit code where there is nothing to port, or it can't be read. */
const WRONG_INPUT = 2;

/** Runs in browsers, and its methods have the names of mediasoup's. */
const CLIENT = 'mediasoup-client';

/**
 * @param {string} folder
 * @param {'alias' | 'require'} to
 */
function analysisOf(folder, to) {
  const { sources, skipped } = filesOf(folder);
  const manifests = manifestsIn(sources, skipped);
  const code = sources
    .filter(({ isJson }) => !isJson)
    .map((source) => ({
      source,
      imports: [REPLACED, ownPackage.name].flatMap((name) =>
        importsOf(source, name).map((found) => ({ ...found, name })),
      ),
    }));
  const imports = code.flatMap((one) => one.imports.map(placed(one.source)));
  if (imports.length === 0 && manifests.length === 0) {
    throw new Failure(
      `nothing in ${folder} uses mediasoup: no package.json names it, no source imports it`,
      WRONG_INPUT,
    );
  }
  const changes = changesIn(manifests, code, to);
  return {
    ...lockfileOf(folder, skipped),
    manifests: manifests.flatMap(({ source, entries }) =>
      entries.map(({ section, name, range, value }) => ({
        ...source.place(value.start),
        section,
        name,
        range,
      })),
    ),
    isPorted: isPorted(manifests, imports),
    imports,
    uses: usesIn(code),
    findings: [
      ...manifests.flatMap(findingsOfManifest),
      ...findingsOfImports(code),
      ...sources
        .filter(isOurs)
        .flatMap((source) => findingsOf(source).map(placed(source))),
    ],
    skipped,
    changes,
    diff: changes
      .map(({ file, before, after }) => diffOf(file, before, after))
      .join(''),
  };
}

/** The package.json files that name mediasoup or us. */
function manifestsIn(sources, skipped) {
  return sources
    .filter(({ file }) => path.posix.basename(file) === 'package.json')
    .flatMap((source) => {
      try {
        JSON.parse(source.text.replace(/^\uFEFF/, ''));
      } catch (error) {
        const reason = `no JSON: ${error.message}`;
        if (source.file === 'package.json') {
          throw new Failure(`package.json is ${reason}`, WRONG_INPUT);
        }
        skipped.push({ file: source.file, reason });
        return [];
      }
      return [{ source, ...entriesOf(source) }];
    })
    .filter(({ entries, others }) => entries.length + others.length > 0);
}

/** Whether it runs on this package already. */
function isPorted(manifests, imports) {
  const entries = manifests.flatMap((manifest) => manifest.entries);
  return (
    entries.length > 0 &&
    entries.every((entry) => isAlias(entry) || entry.name !== REPLACED) &&
    (entries.some(isAlias) || imports.every(({ name }) => name !== REPLACED))
  );
}

/** What the swap makes of the files. */
function changesIn(manifests, code, to) {
  const edits = manifests.map(({ source, entries }) => ({
    source,
    edits: entries.flatMap((entry) => changesOf(entry, to)),
  }));
  if (to === 'require') {
    for (const { source, imports } of code) {
      edits.push({
        source,
        edits: imports
          .filter(({ name }) => name === REPLACED)
          .map(({ start }) => ({
            // The string begins with its quote.
            start: start + 1,
            end: start + 1 + REPLACED.length,
            text: ownPackage.name,
          })),
      });
    }
  }
  return edits
    .filter((one) => one.edits.length > 0)
    .map(({ source, edits: list }) => ({
      file: source.file,
      lines: new Set(list.map(({ start }) => source.lineOf(start))).size,
      before: source.text,
      after: changed(source.text, list),
    }));
}

/** Names of functions, and where they are called. */
function usesIn(code) {
  const uses = new Map();
  for (const { source, imports } of code) {
    if (!isOurs(source)) continue;
    for (const { name, start } of usesOf(source, imports.length > 0)) {
      if (!uses.has(name)) uses.set(name, []);
      uses.get(name).push(source.place(start));
    }
  }
  return [...uses]
    .map(([name, places]) => ({ name, places }))
    .sort((a, b) => b.places.length - a.places.length);
}

/** Whether what a source does is told of: not a test's, nor a page's. */
function isOurs(source) {
  if (source.isTest) return false;
  if (source.isJson) return !/(^|\/)(package|tsconfig)[^/]*$/.test(source.file);
  return importsOf(source, CLIENT).length === 0;
}

function findingsOfManifest({ source, entries, others }) {
  return [
    ...entries.flatMap((entry) => {
      const difference = differenceOf(entry);
      return difference
        ? [
            {
              rule: 'version',
              level: 'check',
              why: `${difference}`,
              todo: `this package does what mediasoup ${ownPackage.version} does: try the application with that first`,
              start: entry.value.start,
            },
          ]
        : [];
    }),
    ...others.map(({ section, value }) => ({
      rule: 'other-section',
      level: 'check',
      why: `${section} speaks of mediasoup, too, and is left as it is`,
      todo: 'see that it allows what is installed now',
      start: value.start,
    })),
  ].map(placed(source));
}

/** Paths into mediasoup that there aren't here. */
function findingsOfImports(code) {
  return code.flatMap(({ source, imports }) =>
    imports
      .filter(({ specifier, name }) => !isOffered(specifier, name))
      .map(({ specifier, start }) => ({
        rule: 'subpath',
        level: 'change',
        why: `${specifier} isn't here: it is no path of mediasoup's documentation`,
        todo: `import from ${REPLACED} or ${REPLACED}/types`,
        start,
      }))
      .map(placed(source)),
  );
}

function placed(source) {
  return ({ start, end: _, ...found }) => ({
    ...found,
    ...source.place(start),
  });
}

exports.analysisOf = analysisOf;
