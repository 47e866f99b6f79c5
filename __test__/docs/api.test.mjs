/** docs/api says what the declarations say today. */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { it } from 'node:test';

import { FOLDER, generate } from '../../scripts/docs.mjs';
import { root } from '../../scripts/lib/project.mjs';

it('is up to date', () => {
  const folder = path.join(root, FOLDER);
  const expected = generate();
  const names = new Set([...fs.readdirSync(folder), ...expected.keys()]);
  const stale = [...names].filter((name) => {
    const file = path.join(folder, name);

    return (
      !fs.existsSync(file) ||
      fs.readFileSync(file, 'utf8') !== expected.get(name)
    );
  });

  assert.deepEqual(
    stale.map((name) => `${FOLDER}/${name}`),
    [],
    'stale pages: npm run docs writes them again',
  );
});

it('says something of every name that a program can import', () => {
  const index = generate().get('README.md');
  const types = fs.readFileSync(path.join(root, 'types/types.d.ts'), 'utf8');
  const names = [...types.matchAll(/^ {2}(\w+),?$/gm)].map(([, name]) => name);

  assert.ok(names.length > 100);
  assert.deepEqual(
    names.filter((name) => !index.includes(`[${name}](`)),
    [],
  );
});
