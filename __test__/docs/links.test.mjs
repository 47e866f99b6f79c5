/**
 * Test of the documents' references: links lead to existing files and headings, variables and flags exist in
 * the source, and the index lists every document.
 */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';

import { root } from '../../scripts/lib/project.mjs';
import { helpOf } from './commands.mjs';
import { documents, read } from './markdown.mjs';

/** Sources that read our variables and flags. */
const SOURCES = [
  'benches',
  'bin',
  'crates',
  'examples',
  'lib',
  'native',
  'scripts',
  'src',
  '__test__',
];

const INDEX = 'docs/README.md';

describe('documents', () => {
  const all = documents();
  const sources = textOf(SOURCES);
  const anchors = new Map(all.map((each) => [each.file, each.anchors]));

  for (const { file, links, text } of all) {
    it(`${file}: links lead somewhere`, () => {
      assert.deepEqual(
        links.flatMap((link) => linkErrors(file, link)),
        [],
      );
    });

    it(`${file}: variables exist`, () => {
      const names = new Set(
        text.match(/\b(?:REMOTE_)?MEDIASOUP_[A-Z_]*[A-Z]\b/g),
      );

      assert.deepEqual(
        [...names].filter((name) => !isVariable(name)),
        [],
        `${file} names variables that nothing reads`,
      );
    });
  }

  it('docs/SERVER.md names every option of the server, and no other', () => {
    const help = [...helpOf('serve').matchAll(/^ +(?:-\w, )?(--[a-z-]+)/gm)]
      .map(([, flag]) => flag)
      .filter((flag) => flag !== '--help');
    const named = read('docs/SERVER.md')
      .spans.map(({ code }) => /^--[a-z][a-z-]*/.exec(code)?.[0])
      .filter(Boolean);

    assert.deepEqual(
      { missing: minus(help, named), unknown: minus(named, help) },
      { missing: [], unknown: [] },
    );
  });

  it(`${INDEX} leads to every document in docs/`, () => {
    const linked = read(INDEX).links.map(({ target }) =>
      path.join('docs', target.replace(/#.*/, '')),
    );

    assert.deepEqual(
      all
        .map(({ file }) => file)
        .filter((file) => /^docs\/(adr\/)?[^/]+$/.test(file) && file !== INDEX)
        .filter((file) => !linked.includes(file)),
      [],
      `add these to ${INDEX}`,
    );
  });

  function linkErrors(file, { target, line }) {
    if (/^(https?|mailto):/.test(target)) {
      return [];
    }

    const [name, anchor] = target.split('#');
    const place =
      name === '' ? file : path.join(path.dirname(file), decodeURI(name));

    if (!fs.existsSync(path.join(root, place))) {
      return [`${file}:${line}: ${target}: there is no ${place}`];
    }

    return anchor && anchors.has(place) && !anchors.get(place).has(anchor)
      ? [`${file}:${line}: ${target}: ${place} has no heading of that name`]
      : [];
  }

  function isVariable(name) {
    return (
      sources.includes(name) ||
      // As clap makes them of flags.
      helpOf('serve').includes(`env: ${name}=`)
    );
  }
});

function minus(some, others) {
  return [...new Set(some)].filter((each) => !others.includes(each));
}

function textOf(folders) {
  return execFileSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', ...folders],
    { cwd: root, encoding: 'utf8' },
  )
    .split('\n')
    .filter((file) => /\.([cm]?js|rs|py|sh)$|native\/meson$/.test(file))
    .map((file) => path.join(root, file))
    .filter((file) => fs.existsSync(file))
    .map((file) => fs.readFileSync(file, 'utf8'))
    .join('\n');
}
