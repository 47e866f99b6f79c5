/**
 * Test of the command lines of this checkout's scripts, benchmarks and test programs: each must print a help
 * for `--help`, and answer a wrong option with one line and exit code 2.
 */

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import process from 'node:process';
import { it } from 'node:test';

import { root } from '../../scripts/lib/project.mjs';

const commands = execFileSync(
  'git',
  [
    'grep',
    '-l',
    'readArguments(',
    '--',
    'scripts/*.mjs',
    'benches',
    '__test__',
  ],
  { cwd: root, encoding: 'utf8' },
)
  .trim()
  .split('\n')
  .filter((file) => !/lib\/arguments|\.test\./.test(file));

for (const command of commands) {
  it(`${command} has a help and refuses what is not in it`, () => {
    const run = (argument) =>
      spawnSync(process.execPath, [command, argument], {
        cwd: root,
        encoding: 'utf8',
      });

    assert.match(run('--help').stdout, /^Usage: /);

    const { status, stderr } = run('--wrong');

    assert.equal(status, 2);
    assert.match(stderr, /^.*--wrong.*\n$/);
  });
}
