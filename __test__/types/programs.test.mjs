/**
 * Test of TypeScript programs written for mediasoup: they must compile with this package in its place,
 * without a change, in each way that TypeScript resolves modules. Each one is also compiled with npm's
 * package, wherever that offers what it imports, so that it is proved to be a program for mediasoup.
 */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { compile, errorsOf, modes } from './compiler.mjs';
import { npms, ours, workspace } from './workspace.mjs';

const everywhere = ['node10', 'node16-cjs', 'node16-esm', 'bundler'];

/** Program to where npm's package can be used by it. Ours can be used by all everywhere. */
const programs = {
  'own-classes.ts': everywhere,
  'mistakes.ts': everywhere,
  'import-forms.ts': everywhere,
  'import-equals.cts': ['node10', 'node16-cjs', 'node16-esm'],
  'subpaths.ts': ['node16-cjs', 'node16-esm', 'bundler'],
  'old-paths.ts': ['node10'],
  'servers.ts': [],
};

/** Programs that a way of looking for modules can't express. */
const impossible = { bundler: ['import-equals.cts'] };

for (const place of everywhere) {
  const [mode, format] = place.split('-');
  const type = format === 'esm' ? 'module' : 'commonjs';

  for (const [name, target] of Object.entries({ npms, ours })) {
    const files = Object.keys(programs).filter(
      (file) =>
        !impossible[place]?.includes(file) &&
        (target === ours || programs[file].includes(place)),
    );

    test(`${place}, ${name}: ${files.join(', ')}`, () => {
      const folder = workspace(
        `programs-${place}-${name}`,
        { mediasoup: target },
        { type, fixtures: 'programs' },
      );
      assert.deepEqual(
        errorsOf(
          compile(
            files.map((file) => join(folder, file)),
            modes[mode],
          ),
        ),
        [],
      );
    });
  }
}
