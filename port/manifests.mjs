/**
 * Entries of an application's package.json files that install mediasoup. The porting tool's analysis
 * (`application.mjs`) calls it for the entries and for findings about them (overrides, peer dependencies);
 * the swap calls `editsOf()` for their new text.
 */

import path from 'node:path';
import semver from 'semver';
import { Failure } from './Failure.mjs';
import { OWN, REPLACED } from './packages.mjs';
import { lineOf } from './Source.mjs';
import { textOf } from './syntax.mjs';

/** Exit code if the application's own package.json can't be read. */
const WRONG_INPUT = 2;

/** Sections by which a package is installed. */
const SECTIONS = ['dependencies', 'devDependencies', 'optionalDependencies'];

/** Sections that constrain a package that something else installs. */
const OTHER_SECTIONS = ['overrides', 'peerDependencies', 'resolutions'];

/**
 * @typedef {object} Entry
 * @property {string} section
 * @property {string} name mediasoup, or the own package
 * @property {string} range as it is given
 * @property {object} key the name's node
 * @property {object} value the range's node
 */

/** The package.json files that name either package. */
export function manifestsIn(sources, skipped) {
  return sources
    .filter(({ file }) => path.posix.basename(file) === 'package.json')
    .flatMap((source) => {
      const { file, failure } = source;
      if (!failure) return [{ source, ...entriesOf(source) }];
      const reason = `not valid JSON: ${failure.reason} in line ${failure.line}`;
      if (file === 'package.json') {
        throw new Failure(`${file} is ${reason}`, WRONG_INPUT);
      }
      skipped.push({ file, reason });
      return [];
    })
    .filter(({ entries, others }) => entries.length + others.length > 0);
}

/**
 * The entries of a package.json that install either package, and `others`, which constrain it.
 *
 * @param {import('./Source.mjs').Source} source
 * @returns {{ entries: Entry[], others: Entry[] }}
 */
function entriesOf({ nodes }) {
  const all = membersOf(nodes[0]).flatMap((section) =>
    membersOf(section.value)
      .filter(({ key }) => [REPLACED, OWN.name].includes(textOf(key)))
      .map(({ key, value }) => ({
        section: textOf(section.key),
        name: textOf(key),
        range: textOf(value),
        key,
        value,
      })),
  );
  return {
    entries: all.filter(
      ({ section, range }) => SECTIONS.includes(section) && range !== undefined,
    ),
    others: all.filter(({ section }) => OTHER_SECTIONS.includes(section)),
  };
}

/** The members of an object; none of any other value. */
function membersOf(node) {
  return node.properties?.filter(({ value }) => value) ?? [];
}

/** True if an entry installs the own package in mediasoup's place. */
function isAlias({ name, range }) {
  return name === REPLACED && range.startsWith(`npm:${OWN.name}`);
}

/** True if the application runs on the own package already. */
export function isPorted(manifests, imports) {
  const entries = manifests.flatMap((manifest) => manifest.entries);
  return (
    entries.length > 0 &&
    entries.every((entry) => isAlias(entry) || entry.name !== REPLACED) &&
    (entries.some(isAlias) || imports.every(({ name }) => name !== REPLACED))
  );
}

/**
 * The edits that make an entry the own package's: none if it is already.
 *
 * @param {Entry} entry
 * @param {'alias' | 'require'} to
 * @returns {{ node: object, text: string }[]}
 */
export function editsOf(entry, to) {
  const { name, range, key, value } = entry;
  if (name === OWN.name || (to === 'alias' && isAlias(entry))) return [];
  const prefix = /(?:^|@)([\^~])\d[^@]*$/.exec(range)?.[1] ?? '';
  const wanted = `${prefix}${OWN.version}`;
  return to === 'alias'
    ? [{ node: value, text: `npm:${OWN.name}@${wanted}` }]
    : [
        { node: key, text: OWN.name },
        { node: value, text: wanted },
      ];
}

export function findingsOfManifest({ entries, others }) {
  return [
    ...entries
      .map(({ value, ...entry }) => ({ value, why: differenceOf(entry) }))
      .filter(({ why }) => why)
      .map(({ value, why }) => ({
        rule: 'version',
        level: 'check',
        why,
        todo: `this package behaves like mediasoup ${OWN.version}: try the application with that version first`,
        line: lineOf(value),
      })),
    ...others.map(({ section, value }) => ({
      rule: 'other-section',
      level: 'check',
      why: `${section} names mediasoup, too, and is left as it is`,
      todo: 'make sure that it allows the package that is now installed',
      line: lineOf(value),
    })),
  ];
}

/** The difference between the mediasoup that an entry asks for and the one that is replaced. */
function differenceOf({ range }) {
  const { version } = OWN;
  if (range.startsWith('npm:') || /^(latest|next)$/.test(range)) {
    return undefined;
  }
  if (!semver.validRange(range)) {
    return `this is a fork of mediasoup (${range}): what it adds to npm's mediasoup is missing here`;
  }
  if (semver.satisfies(version, range)) return undefined;
  if (semver.minVersion(range)?.major !== semver.major(version)) {
    return `this is another major version than ${version}`;
  }
  return semver.ltr(version, range)
    ? `this is newer than ${version}`
    : `this is older than ${version}: see mediasoup's changelog for the changes in between`;
}
