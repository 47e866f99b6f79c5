/**
 * Test of the published package as its users get it: the tarballs are packed and installed into empty
 * folders, under the package's own name and in the place of mediasoup, and a meeting is held there. A failure
 * means that a published file is missing or superfluous.
 */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { pack } from '../../scripts/pack.mjs';
import {
  platform,
  platformPackage,
  portPackage,
} from '../../scripts/lib/project.mjs';

const execute = promisify(execFile);
const PROGRAM = fileURLToPath(new URL('program', import.meta.url));
const { version } = createRequire(import.meta.url)('../../package.json');

/** Makes and installs tarballs; a compiler may have to run before. */
const SETUP_TIMEOUT_MS = 15 * 60_000;

describe('the packed package', { timeout: SETUP_TIMEOUT_MS }, () => {
  let workplace;
  let tarballs;

  before(async () => {
    workplace = fs.mkdtempSync(
      path.join(os.tmpdir(), 'remote-mediasoup-test-'),
    );
    tarballs = await pack(path.join(workplace, 'tarballs'));
  });

  after(() => {
    fs.rmSync(workplace, { recursive: true, force: true });
  });

  it('holds sources, and nothing that was compiled or tests', async () => {
    const files = await filesIn(tarballs.main);

    for (const expected of [
      'index.js',
      'index.d.ts',
      'Cargo.lock',
      'native/worker/Cargo.lock',
      'native/worker/.cargo/config.toml',
      'scripts/install.mjs',
      'bin/remote-mediasoup.js',
    ]) {
      assert.ok(files.includes(expected), expected);
    }
    for (const file of files) {
      assert.doesNotMatch(
        file,
        /__test__|(^|\/)target\/|\.node$|^npm\/|^(bin\/)?port\//,
      );
    }
  });

  it('has what ports applications in a package of its own', async () => {
    const files = await filesIn(tarballs.port);

    assert.ok(files.includes('main.mjs') && files.includes('README.md'));
    assert.ok(files.every((file) => /^[\w.]+$/.test(file)));
  });

  it('has what is compiled in the package of the platform', async () => {
    assert.deepEqual(await filesIn(tarballs.platform), [
      'README.md',
      'package.json',
      'remote-mediasoup',
      'remote-mediasoup-worker',
      'remote-mediasoup.node',
    ]);
  });

  describe('installed by its name', () => {
    const name = 'remote-mediasoup';
    let folder;

    before(async () => {
      folder = await install(name, [tarballs.main, tarballs.platform]);
    });

    it('has built nothing', () => {
      assert.equal(
        manifestOf(folder, name).optionalDependencies[platformPackage],
        version,
      );
      assert.ok(!hasBuilt(folder, name));
    });
    meetingsAreHeld(() => folder, name);

    it('names the one command that ports an application', async () => {
      const { code, stdout, stderr } = await run(
        ...[folder, 'remote-mediasoup'],
        ...['port', '.', '--write', "a 'b'"],
      );

      assert.deepEqual([code, stdout], [2, '']);
      assert.ok(
        stderr.endsWith(
          `: npx remote-mediasoup-port@${version} . --write 'a '\\''b'\\'''\n`,
        ),
        stderr,
      );
    });

    it('runs no program of the application that it is to port', async () => {
      const other = fs.mkdtempSync(path.join(workplace, 'hostile-'));
      const modules = path.join(other, 'node_modules', portPackage);

      fs.mkdirSync(modules, { recursive: true });
      fs.writeFileSync(path.join(modules, 'index.js'), 'process.exit(0);');

      const { code } = await run(folder, 'remote-mediasoup', 'port', other);

      assert.equal(code, 2);
    });
  });

  describe('installed with the package that ports applications', () => {
    let folder;

    before(async () => {
      folder = await install('remote-mediasoup', [
        ...[tarballs.main, tarballs.platform],
        tarballs.port,
      ]);
    });

    for (const command of [['remote-mediasoup', 'port'], [portPackage]]) {
      it(`hands on arguments, output and exit code: ${command.join(' ')}`, async () => {
        const done = await run(folder, ...command, '.', '--json');
        const wrong = await run(folder, ...command, 'nowhere');

        // The meeting is on loopback, which a server changes.
        assert.equal(done.code, 1);
        assert.equal(JSON.parse(done.stdout).isPorted, true);
        assert.equal(wrong.code, 2);
        assert.match(wrong.stderr, /nowhere is not a directory/);
      });
    }
  });

  describe('installed in the place of mediasoup', () => {
    const name = 'mediasoup';
    let folder;

    before(async () => {
      folder = await install(name, [tarballs.main, tarballs.platform]);
    });

    it('is this package', () => {
      assert.equal(manifestOf(folder, name).name, 'remote-mediasoup');
      assert.ok(!hasBuilt(folder, name));
    });
    meetingsAreHeld(() => folder, name);
  });

  describe('installed without its platform package', () => {
    const name = 'remote-mediasoup';
    let folder;

    before(async () => {
      folder = await install(name, [tarballs.main], '--omit=optional');
    });

    it('has built what is missing', () => {
      assert.ok(hasBuilt(folder, name));
    });
    meetingsAreHeld(() => folder, name);
  });

  /** An empty folder with the package in it, and the programs that use it. */
  async function install(name, [main, platformTarball, port], ...options) {
    const folder = fs.mkdtempSync(path.join(workplace, 'application-'));
    const dependencies = { [name]: `file:${main}` };

    if (platformTarball) {
      dependencies[platformPackage] = `file:${platformTarball}`;
    }
    if (port) {
      dependencies[portPackage] = `file:${port}`;
    }

    fs.cpSync(PROGRAM, folder, { recursive: true });
    fs.writeFileSync(
      path.join(folder, 'package.json'),
      JSON.stringify({ private: true, dependencies }),
    );
    await execute(
      'npm',
      ['install', '--prefer-offline', '--ignore-scripts=false', ...options],
      { cwd: folder },
    );

    return folder;
  }
});

function meetingsAreHeld(folder, name) {
  for (const program of ['by-require.cjs', 'by-import.mjs']) {
    it(`holds a meeting, ${path.parse(program).name}`, async () => {
      const { stdout } = await execute(process.execPath, [program, name], {
        cwd: folder(),
        env: withoutOverrides(process.env),
      });
      const result = JSON.parse(stdout);

      assert.equal(result.version, version);
      assert.equal(result.payloads.length, 10);
      assert.match(result.payloads[0], /^word \d+$/);
      assert.throws(() => process.kill(result.pid, 0), { code: 'ESRCH' });
    });
  }
}

/** Runs a program that npm has installed in a folder. */
function run(folder, program, ...args) {
  return new Promise((resolve) => {
    execFile(
      path.join(folder, 'node_modules', '.bin', program),
      args,
      { cwd: folder },
      (error, stdout, stderr) =>
        resolve({ code: error ? error.code : 0, stdout, stderr }),
    );
  });
}

function manifestOf(folder, name) {
  return JSON.parse(
    fs.readFileSync(
      path.join(folder, 'node_modules', name, 'package.json'),
      'utf8',
    ),
  );
}

/** True if the package's install script had to compile. */
function hasBuilt(folder, name) {
  return fs.existsSync(
    path.join(folder, 'node_modules', name, 'npm', platform),
  );
}

async function filesIn(tarball) {
  const { stdout } = await execute('tar', ['-tzf', tarball]);

  return stdout
    .trim()
    .split('\n')
    .map((file) => file.replace(/^package\//, ''))
    .sort();
}

/** The worker must be the installed one. */
function withoutOverrides({ MEDIASOUP_WORKER_BIN: _, ...env }) {
  return env;
}
