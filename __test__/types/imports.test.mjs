/**
 * Test of all forms of import, each in a process of its own with this package installed as mediasoup, and
 * with npm's where that has the form. The module must be found, and importing it must print nothing and not
 * keep the process from ending.
 */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { npms, ours, workspace } from './workspace.mjs';

const run = promisify(execFile);

/** Form to the packages that know it. */
const forms = {
  'require.cjs': { npms, ours },
  'named.mjs': { npms, ours },
  'default.mjs': { npms, ours },
  'namespace.mjs': { npms, ours },
  'subpaths.mjs': { npms, ours },
  'old-paths.cjs': { ours },
  'old-paths.mjs': { ours },
  'servers.mjs': { ours },
};

const folders = Object.fromEntries(
  Object.entries({ npms, ours }).map(([name, target]) => [
    name,
    workspace(
      `imports-${name}`,
      { mediasoup: target },
      { fixtures: 'imports' },
    ),
  ]),
);

for (const [file, packages] of Object.entries(forms)) {
  for (const name of Object.keys(packages)) {
    test(`${file} with ${name}`, async () => {
      // With DEBUG set, output is expected.
      const { DEBUG, ...env } = process.env;
      const output = await run(process.execPath, [file], {
        cwd: folders[name],
        env,
      });
      assert.deepEqual(output, { stdout: '', stderr: '' });
    });
  }
}
