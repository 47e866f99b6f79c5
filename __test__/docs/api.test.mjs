/**
 * Test of `npm run docs`, which makes the API reference by TypeDoc: every name that a program can import must
 * have a section, and every link must lead somewhere.
 */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';

import { root } from '../../scripts/lib/project.mjs';
import { parse } from './markdown.mjs';
import { temporaryFolder } from '../support/temporary.mjs';

describe('the API reference', () => {
  const folder = temporaryFolder({ after });
  let pages;

  before(() => {
    execFileSync('node_modules/.bin/typedoc', ['--out', folder], { cwd: root });
    pages = new Map(
      fs
        .readdirSync(folder, { recursive: true })
        .filter((file) => file.endsWith('.md'))
        .map((file) => [
          file,
          parse(file, fs.readFileSync(path.join(folder, file), 'utf8')),
        ]),
    );
  });

  it('has a section for every name that a program can import', () => {
    const headings = [...pages.values()]
      .flatMap(({ text }) => [...text.matchAll(/^### (\w+)/gm)])
      .map(([, name]) => name);
    const types = fs.readFileSync(path.join(root, 'types/types.d.ts'), 'utf8');
    const names = [...types.matchAll(/^ {2}(\w+),?$/gm)].map(
      ([, name]) => name,
    );

    assert.ok(names.length > 100);
    assert.deepEqual(
      names.filter((name) => !headings.includes(name)),
      [],
    );
  });

  it('has links that lead somewhere', () => {
    const broken = [...pages].flatMap(([file, { links }]) =>
      links
        .filter(({ target }) => !/^https?:/.test(target))
        .filter(({ target }) => {
          const [name, anchor] = target.split('#');
          const page = pages.get(
            name ? path.join(path.dirname(file), name) : file,
          );

          return !page || (anchor && !page.anchors.has(anchor));
        })
        .map(({ target }) => `${file}: ${target}`),
    );

    assert.deepEqual(broken, []);
  });
});
