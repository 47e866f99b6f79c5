/**
 * Tests of the workflows in .github/workflows: the scripts and flags that they call exist, each job has the least
 * permissions, and npm's token is in one job that installs no modules.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';

import { platformsOf, root } from '../../scripts/lib/project.mjs';
import { steps as testSteps } from '../../scripts/steps.mjs';

const FOLDER = path.join(root, '.github/workflows');
const { scripts } = createRequire(import.meta.url)('../../package.json');

/** Programs that runners have. */
const FOREIGN = new Set(['gh', 'rm', 'test']);

for (const file of fs.readdirSync(FOLDER)) {
  describe(file, () => {
    const workflow = parse(fs.readFileSync(path.join(FOLDER, file), 'utf8'));
    const jobs = Object.entries(workflow.jobs);
    const steps = jobs.flatMap(([, job]) => job.steps);

    it('gives no job a permission unless it asks', () => {
      assert.ok(
        Object.values(workflow.permissions).every((value) => value === 'read'),
      );
    });

    it('pins every action to a version', () => {
      for (const { uses } of steps.filter((step) => step.uses)) {
        assert.match(uses, /^actions\/[\w-]+@v\d+\.\d+\.\d+$/);
      }
    });

    it('bounds the time of every job', () => {
      jobs.forEach(([name, job]) =>
        assert.ok(job['timeout-minutes'] > 0, name),
      );
    });

    it('leaves no token in a checkout', () => {
      for (const step of steps) {
        if (step.uses?.startsWith('actions/checkout')) {
          assert.equal(step.with['persist-credentials'], false);
        }
      }
    });

    it('waits for jobs that exist', () => {
      for (const [, { needs = [] }] of jobs) {
        [needs]
          .flat()
          .forEach((need) => assert.ok(Object.hasOwn(workflow.jobs, need)));
      }
    });

    for (const { run } of steps.filter((step) => step.run)) {
      it(`calls what exists: ${run}`, () => callsWhatExists(run));
    }

    it('builds every platform that has a package, and no other', () => {
      const text = fs.readFileSync(path.join(FOLDER, file), 'utf8');

      for (const platform of platformsOf(root)) {
        assert.ok(text.includes(platform), platform);
      }
      for (const [, { strategy }] of jobs) {
        for (const { platform } of strategy?.matrix.include ?? []) {
          assert.ok(platformsOf(root).includes(platform), platform);
        }
      }
    });
  });
}

describe('release.yml', () => {
  const { jobs } = parse(
    fs.readFileSync(path.join(FOLDER, 'release.yml'), 'utf8'),
  );

  it('gives the identity that signs provenance to one job', () => {
    const allowed = Object.entries(jobs)
      .filter(([, { permissions }]) => permissions['id-token'] === 'write')
      .map(([name]) => name);

    assert.deepEqual(allowed, ['publish']);
  });

  it('publishes upon a tag alone', () => {
    assert.equal(jobs.publish.if, "github.event_name == 'push'");
  });

  it('installs nothing in the job that holds a token of npm', () => {
    const holders = Object.entries(jobs)
      .filter(([, job]) => JSON.stringify(job).includes('secrets.NPM_TOKEN'))
      .map(([name]) => name);

    assert.deepEqual(holders, ['publish']);
    assert.deepEqual(
      jobs.publish.steps.flatMap(({ run = [] }) => run),
      ['npm run release:publish -- "$RUNNER_TEMP/release"'],
    );
  });
});

/** Knows the few forms of commands that workflows have. */
function callsWhatExists(command) {
  const [program, ...args] = command.split(/\s+/);

  if (program.includes('/')) {
    assert.ok(fs.statSync(path.join(root, program)).mode & 0o100, program);
  } else if (program === 'npm' && args[0] === 'run') {
    assert.ok(Object.hasOwn(scripts, args[1]), args[1]);
    flagsExist(scripts[args[1]], args.slice(2));
  } else if (program === 'npm' && args[0] !== 'ci') {
    assert.equal(args[0], 'test');
    for (const name of args.slice(2)) {
      assert.ok(
        testSteps.some((step) => step.name === name),
        name,
      );
    }
  } else if (program !== 'npm') {
    assert.ok(FOREIGN.has(program), program);
  }
}

/** Our scripts name a flag where they parse it. */
function flagsExist(script, args) {
  const source = fs.readFileSync(
    path.join(root, script.replace('node ', '')),
    'utf8',
  );

  for (const [, flag] of args.join(' ').matchAll(/--([a-z][\w-]*)/g)) {
    assert.match(source, new RegExp(`'?${flag}'?: \\{ type:`), flag);
  }
}
