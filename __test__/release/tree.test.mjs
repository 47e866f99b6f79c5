/**
 * Test of the check whether a checkout can be released, on temporary ones: a correct checkout passes, and
 * each place with another version, and a changelog without a section, gives an error.
 */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { sectionOf } from '../../scripts/release/changelog.mjs';
import { inspect } from '../../scripts/release/tree.mjs';
import { checkout, commit, edit } from './support.mjs';

/** Changes of a good tree, and the errors of `inspect()`. */
const DISAGREEMENTS = [
  ['package-lock.json', /"version": "[^"]*"/, '"version": "0.0.1"'],
  [
    'package-lock.json',
    /("port": \{\s+"name": ".*",\s+"version":) ".*"/,
    '$1 "0.0.1"',
  ],
  ['npm/linux-x64-gnu/package.json', /"version": ".*"/, '"version": "0.0.1"'],
  ['port/package.json', /"version": ".*"/, '"version": "0.0.1"'],
  ['Cargo.toml', /^version = ".*"/m, 'version = "0.0.1"'],
  ['native/worker/Cargo.toml', /^version = ".*"/m, 'version = "0.0.1"'],
  ['Cargo.lock', /(name = "engine"\nversion) = ".*"/, '$1 = "0.0.1"'],
  ['fuzz/Cargo.lock', /(name = "engine"\nversion) = ".*"/, '$1 = "0.0.1"'],
  ['package.json', /"mediasoup": "\d.*"/, '"mediasoup": "0.0.1"'],
  ['README.md', /`mediasoup` \d+\.\d+\.\d+/, '`mediasoup` 0.0.1'],
];

describe('inspect()', () => {
  it('has nothing to say of a tree that is ready', (test) => {
    const { errors, unfinished } = inspect(checkout(test));

    assert.deepEqual([errors, unfinished], [[], []]);
  });

  for (const [file, from, to] of DISAGREEMENTS) {
    it(`finds another version in ${file}`, (test) => {
      const folder = checkout(test);

      edit(folder, file, from, to);

      const { errors } = inspect(folder);

      assert.equal(errors.length, 1, errors.join('\n'));
      assert.ok(errors[0].startsWith(file), errors[0]);
      assert.match(errors[0], /of version 0\.0\.1/);
    });
  }

  it('wants a section in the changelog', (test) => {
    const folder = checkout(test);

    edit(folder, 'CHANGELOG.md', /^## \S+/m, '## 0.0.1');
    assert.match(inspect(folder).errors[0], /has no section/);
  });

  it('wants that section to say something', (test) => {
    const folder = checkout(test);

    edit(folder, 'CHANGELOG.md', /(^## .*\n)[^]*/m, '$1');
    assert.match(inspect(folder).errors[0], /says nothing/);
  });

  it('tells of what keeps a good tree from being released today', (test) => {
    const folder = checkout(test);

    edit(folder, 'CHANGELOG.md', '(2026-01-31)', '(unreleased)');
    commit(folder);
    assert.match(inspect(folder).unfinished[0], /calls .* unreleased/);

    edit(folder, 'README.md', /^/, '\n');
    assert.match(inspect(folder).unfinished[0], / M README\.md/);
    assert.deepEqual(inspect(folder).errors, []);
  });
});

describe('sectionOf()', () => {
  const changelog =
    '# Changelog\n\n## 1.2.3 (today)\n\n- a\n\n### More\n\n- b\n\n## 1.2.30\n\n- c\n\n## 1.2\n';

  for (const [version, expected] of [
    ['1.2.3', '- a\n\n### More\n\n- b\n'],
    ['1.2.30', '- c\n'],
    ['1.2', '\n'],
    ['1.2.4', undefined],
    ['1x2', undefined],
  ]) {
    it(`of ${version}: ${JSON.stringify(expected)}`, () => {
      assert.equal(sectionOf(changelog, version), expected);
    });
  }
});
