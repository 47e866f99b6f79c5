'use strict';

/** What the package.json files of an application say of mediasoup, and how they are changed. */

const { closingOf } = require('./brackets');
const { ownPackage, REPLACED } = require('./ownPackage');

/** Sections by which a package is installed. */
const SECTIONS = new Set([
  'dependencies',
  'devDependencies',
  'optionalDependencies',
]);

/** Sections that only speak of a package that someone else installs. */
const OTHER_SECTIONS = new Set([
  'overrides',
  'peerDependencies',
  'resolutions',
]);

/**
 * @typedef {object} Entry
 * @property {string} section
 * @property {string} name `mediasoup`, or this package's
 * @property {string} range as it is given
 * @property {object} key the name's token
 * @property {object} value the range's token
 */

/**
 * The entries of a package.json that install mediasoup or this package, or (`others`) speak of it.
 *
 * @param {import('./Source').Source} source
 * @returns {{ entries: Entry[], others: Entry[] }}
 */
function entriesOf({ tokens }) {
  const entries = [];
  const others = [];
  for (const [section, open] of objectsIn(tokens, 0)) {
    const list = SECTIONS.has(section)
      ? entries
      : OTHER_SECTIONS.has(section) && others;
    if (!list) continue;
    for (const [key, value] of membersOf(tokens, open)) {
      if (![REPLACED, ownPackage.name].includes(key.value)) continue;
      list.push({ section, name: key.value, range: value.value, key, value });
    }
  }
  return { entries, others };
}

/** The members of an object that are objects: name and index of the bracket. */
function objectsIn(tokens, open) {
  return membersOf(tokens, open)
    .filter(([, value]) => value.text === '{')
    .map(([key, value]) => [key.value, tokens.indexOf(value)]);
}

/** The members of the object whose bracket is at `open`: their name's token and their value's first. */
function membersOf(tokens, open) {
  const members = [];
  const end = closingOf(tokens, open);
  for (let at = open + 1; at < end; at += 1) {
    const value = tokens[at + 2];
    if (tokens[at].type !== 'string' || tokens[at + 1]?.text !== ':') continue;
    members.push([tokens[at], value]);
    at = '{['.includes(value.text) ? closingOf(tokens, at + 2) : at + 2;
  }
  return members;
}

/** Whether an entry installs this package in mediasoup's place. */
function isAlias({ name, range }) {
  return name === REPLACED && range.startsWith(`npm:${ownPackage.name}`);
}

/**
 * The changes to an entry that make it this package's.
 *
 * @param {Entry} entry
 * @param {'alias' | 'require'} to
 * @returns {{ start: number, end: number, text: string }[]} none if it is so already
 */
function changesOf(entry, to) {
  if (entry.name === ownPackage.name) return [];
  if (to === 'alias' && isAlias(entry)) return [];
  const prefix = /(?:^|@)([\^~])\d[^@]*$/.exec(entry.range)?.[1] ?? '';
  const range = `${prefix}${ownPackage.version}`;
  const { key, value } = entry;
  return to === 'alias'
    ? [replacement(value, `npm:${ownPackage.name}@${range}`)]
    : [replacement(key, ownPackage.name), replacement(value, range)];
}

function replacement({ start, end }, text) {
  return { start, end, text: `"${text}"` };
}

/**
 * What to read before the swap, because the application asks for another mediasoup than the one that
 * this package stands in for.
 *
 * @returns {string | undefined}
 */
function differenceOf({ range }) {
  if (range.startsWith('npm:')) return undefined;
  const version = /^[\^~=v\s]*(\d+)(?:\.(\d+))?/.exec(range);
  if (!version) {
    return /^(latest|next|\*|x|)$|^[<>]/.test(range)
      ? undefined
      : `this is a mediasoup of its own (${range}): what it adds to npm's isn't here`;
  }
  const [major, minor] = ownPackage.version.split('.').map(Number);
  if (Number(version[1]) !== major) {
    return `this is another major version than ${ownPackage.version}`;
  }
  const asked = Number(version[2] ?? minor);
  if (asked > minor) return `this is newer than ${ownPackage.version}`;
  const isFixed = !/^\s*[\^>]|^\d+(\.x)?$/.test(range);
  return asked < minor && isFixed
    ? `this is older than ${ownPackage.version}: see mediasoup's changelog for what lies between`
    : undefined;
}

exports.changesOf = changesOf;
exports.differenceOf = differenceOf;
exports.entriesOf = entriesOf;
exports.isAlias = isAlias;
