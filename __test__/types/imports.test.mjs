/**
 * Every form of import finds the module, and importing is all that happens: each form runs in a
 * process of its own, which has to end by itself and to say nothing.
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
  'subpaths.cjs': { npms, ours },
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
