/**
 * Checks whether the checkout can be released. `npm run release` calls `inspect()`, which returns errors
 * (places that name another version) and what is only unfinished (uncommitted changes, an "unreleased"
 * changelog): a dry run lists the latter, a release stops at it.
 */

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'smol-toml';

import { platformsOf } from '../lib/project.mjs';
import { isUnreleased, sectionOf } from './changelog.mjs';

/** Manifests whose `[package]` or `[workspace.package]` has the version. */
const CARGO_MANIFESTS = ['Cargo.toml', 'native/worker/Cargo.toml'];

/** Lock files; of their packages ours are those without a source. */
const CARGO_LOCKS = [
  'Cargo.lock',
  'native/worker/Cargo.lock',
  'fuzz/Cargo.lock',
];

/** Crates that are never released: the version of their own says nothing. */
const UNVERSIONED = ['fuzz'];

/** Text that may name other versions: history, what is locked, and other people's programs. */
const OTHER_VERSIONS =
  /^CHANGELOG\.md$|^docs\/SERVER\.md$|(^|\/)(Cargo\.lock|package(-lock)?\.json)$|^__test__\/(porting|release)\//;

/**
 * @param {string} root - The checkout.
 * @returns {{version: string, errors: string[], unfinished: string[]}}
 */
export function inspect(root) {
  const { version } = readJson(root, 'package.json');

  return {
    version,
    errors: [
      ...versionErrors(root, version),
      ...changelogErrors(root, version),
    ],
    unfinished: [...uncommitted(root), ...unreleased(root, version)],
  };
}

/** Every place that names the version, where it names another one. */
function versionErrors(root, version) {
  return [...namedVersions(root)]
    .filter(([, named]) => named !== version)
    .map(
      ([place, named]) =>
        `${place} is of version ${named}, package.json of ${version}: make them the same`,
    );
}

function* namedVersions(root) {
  const lock = readJson(root, 'package-lock.json');

  yield ['package-lock.json', lock.version];
  yield ["package-lock.json's own package", lock.packages[''].version];
  yield ["package-lock.json's port", lock.packages.port.version];
  yield ['port/package.json', readJson(root, 'port/package.json').version];
  yield [
    "package.json's mediasoup",
    readJson(root, 'package.json').devDependencies.mediasoup,
  ];

  for (const platform of platformsOf(root)) {
    const file = `npm/${platform}/package.json`;

    yield [file, readJson(root, file).version];
  }
  for (const file of CARGO_MANIFESTS) {
    const { workspace, package: own } = readToml(root, file);

    yield [file, (workspace?.package ?? own)?.version ?? 'none'];
  }
  for (const file of CARGO_LOCKS) {
    for (const { name, version, source } of readToml(root, file).package) {
      if (!source && !UNVERSIONED.includes(name)) {
        yield [`${file}, crate ${name},`, version];
      }
    }
  }
  yield* mentionedVersions(root);
}

/**
 * Versions that prose, comments and tests mention: those behind the word mediasoup, and those of the
 * release line that package.json is of.
 */
function* mentionedVersions(root) {
  const [major] = readJson(root, 'package.json').version.split('.');
  const version = new RegExp(
    `(?<=\\bmediasoup\\W{1,8})\\d+\\.\\d+\\.\\d+|(?<![\\d.])${major}\\.\\d{2,}\\.\\d+`,
    'g',
  );

  for (const file of textFiles(root)) {
    const lines = fs.readFileSync(path.join(root, file), 'utf8').split('\n');

    for (const [index, line] of lines.entries()) {
      // What a diff takes away is the version that an application had.
      const mentioned = /^-\s{2}/.test(line) ? [] : line.matchAll(version);

      for (const [named] of mentioned) yield [`${file}:${index + 1}`, named];
    }
  }
}

function textFiles(root) {
  // `-I` leaves out what is binary.
  return git(root, 'grep', '-I', '--cached', '--name-only', '-e', '')
    .split('\n')
    .filter((file) => !OTHER_VERSIONS.test(file));
}

function changelogErrors(root, version) {
  const section = sectionOf(readChangelog(root), version);

  if (section === undefined) {
    return [`CHANGELOG.md has no section "## ${version}": write one`];
  }

  return section.trim() === ''
    ? [`CHANGELOG.md says nothing below "## ${version}": tell what is new`]
    : [];
}

function unreleased(root, version) {
  return isUnreleased(readChangelog(root), version)
    ? [`CHANGELOG.md calls ${version} unreleased: put the date in its place`]
    : [];
}

function uncommitted(root) {
  const changes = git(root, 'status', '--porcelain')
    .split('\n')
    .filter((line) => line !== '');

  return changes.length > 0
    ? [`the tree has uncommitted changes:\n    ${changes.join('\n    ')}`]
    : [];
}

/** Output of Git, without its last line end. */
export function git(root, ...args) {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trimEnd();
}

function readChangelog(root) {
  return fs.readFileSync(path.join(root, 'CHANGELOG.md'), 'utf8');
}

function readJson(root, file) {
  return JSON.parse(fs.readFileSync(path.join(root, file), 'utf8'));
}

function readToml(root, file) {
  return parse(fs.readFileSync(path.join(root, file), 'utf8'));
}
