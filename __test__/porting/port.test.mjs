/**
 * `remote-mediasoup port`: what it says of applications, and what it makes of them. Whatever happens, an
 * application is either as it was, or ported with a patch that undoes it.
 */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, describe, it } from 'node:test';

import { Application } from './applications.mjs';
import { command } from './command.mjs';

const PATCH = 'remote-mediasoup.patch';

/** Application to rule to where it is found. */
const findings = {
  require: {
    version: ['package.json:5'],
    loopback: ['lib/recorder.js:6', 'lib/recorder.js:11'],
    'plain-transport': ['lib/recorder.js:5'],
  },
  'require-cpus': {
    'cpu-count': ['src/config.js:7'],
    'announced-address': ['src/config.js:26'],
    'died-exit': ['src/Server.js:20'],
    signals: ['src/Server.js:50'],
    'process-exit': [
      'src/Server.js:22',
      'src/Server.js:47',
      'src/Server.js:50',
    ],
  },
  'import-default': { 'direct-transport': ['server.js:5'] },
  'import-named': {},
  subpaths: {},
  'typescript-node10': {
    loopback: ['src/server.ts:7'],
    'announced-address': ['src/MediaService.ts:46'],
    'cpu-count': ['src/server.ts:8'],
    'died-exit': ['src/MediaService.ts:51'],
    signals: ['src/server.ts:15', 'src/server.ts:16'],
    'process-exit': ['src/MediaService.ts:53', 'src/server.ts:12'],
  },
  'typescript-node16': {
    'dtls-files': ['src/Server.ts:17', 'src/Server.ts:18'],
    'direct-transport': ['src/Server.ts:34'],
    pipe: ['src/Server.ts:36'],
  },
  'typescript-bundler': { 'announced-address': ['src/config.ts:11'] },
  jest: {},
  vitest: {},
};

describe('port', { timeout: 10 * 60_000 }, () => {
  const made = [];

  afterEach(() => {
    for (const application of made.splice(0)) application.remove();
  });

  for (const [name, expected] of Object.entries(findings)) {
    it(`finds what there is in an application: ${name}`, async () => {
      const application = make(name);
      const { code, told } = await look(application);
      const found = {};

      for (const { rule, file, line } of told.findings) {
        (found[rule] ??= []).push(`${file}:${line}`);
      }
      assert.deepEqual(found, expected);
      assert.equal(
        code,
        told.findings.some(({ level }) => level === 'change') ? 1 : 0,
      );
      assert.equal(told.manifests.length, 1);
      assert.ok(told.imports.length > 0);
      assert.deepEqual(told.skipped, []);
    });

    it(`makes the swap in one line, and undoes it: ${name}`, async () => {
      const application = make(name);
      const before = snapshot(application);
      const { code, stdout } = await port(application, '--write');

      assert.ok(code < 2);
      assert.match(stdout, /^The change: 1 line$/m);
      assert.match(
        application.read('package.json'),
        /"mediasoup": "npm:remote-mediasoup@[\^~]?3\.27\.1"/,
      );
      assert.ok(stdout.includes(application.read(PATCH)));
      assert.match((await port(application)).stdout, /already\.$/m);
      undo(application);
      assert.deepEqual(snapshot(application), before);
    });

    it(`rewrites imports, and undoes it: ${name}`, async () => {
      const application = make(name);
      const before = snapshot(application);
      const { told } = await look(application);

      await port(application, '--to', 'require', '--write');

      const { told: after } = await look(application, '--to', 'require');

      assert.equal(after.isPorted, true);
      assert.deepEqual(
        after.imports.map(({ specifier }) => specifier),
        told.imports.map(({ specifier }) => `remote-${specifier}`),
      );
      undo(application);
      assert.deepEqual(snapshot(application), before);
    });
  }

  it('changes nothing without --write', async () => {
    const application = make('require');
    const before = snapshot(application);
    const { stdout } = await port(application, '--to', 'require');

    assert.match(stdout, /^\+.*require\('remote-mediasoup'\)/m);
    assert.deepEqual(snapshot(application), before);
  });

  it('finds every use of a pid that no process has', async () => {
    const application = make('import-named');

    application.write(
      'pids.js',
      [
        "import pidusage from 'pidusage';",
        "import { execSync } from 'node:child_process';",
        'process.kill(worker.pid, 0);',
        'const usage = await pidusage(worker.pid);',
        'execSync(`renice -n -5 -p ${worker.pid}`);',
        'os.setPriority(worker.pid, -5);',
        'read(`/proc/${worker.pid}/stat`);',
        "process.kill(process.pid, 'SIGTERM');",
        'byPid.set(worker.pid, worker);',
        'consumer.setPriority(2);',
      ].join('\n'),
    );

    assert.deepEqual(await linesOf(application, 'worker-pid'), [3, 4, 5, 6, 7]);
  });

  it('finds media that is sent to the machine of its transport', async () => {
    const application = make('import-named');

    application.write(
      'recorder.js',
      [
        "transport.connect({ ip: '0.0.0.0', port });",
        'transport.connect({ port, ip: transport.tuple.localIp });',
        "transport.connect({ ip: '127.0.0.1', port });",
        'transport.connect({ ip: recorder.ip, port });',
        "database.connect({ host: '0.0.0.0' });",
      ].join('\n'),
    );

    assert.deepEqual(await linesOf(application, 'connect-wildcard'), [1]);
    assert.deepEqual(await linesOf(application, 'connect-tuple'), [2]);
    assert.deepEqual(await linesOf(application, 'loopback'), [3]);
  });

  it('is not led astray by comments, strings, templates and types', async () => {
    const application = make('import-named');

    application.write(
      'quiet.ts',
      [
        "// require('mediasoup'); worker.on('died', () => process.exit(1));",
        "/* import x from 'mediasoup/lib/none'; ip: '127.0.0.1' */",
        'const text = "import \'mediasoup/lib/none\'";',
        "const template = `require('mediasoup/lib/none') ${text.replace(/'/g, '')}`;",
        'const pattern = /process.exit(1)/;',
        'interface Options { workerBin?: string; dtlsCertificateFile: string }',
        "const half = 4 / 2, other = 'a' / 2;",
        "http.listen({ host: '127.0.0.1' });",
      ].join('\n'),
    );

    const { told } = await look(application);

    assert.deepEqual(
      [...told.findings, ...told.imports].filter(
        ({ file }) => file === 'quiet.ts',
      ),
      [],
    );
  });

  it('says which paths into mediasoup there are not', async () => {
    const application = make('import-named');

    application.write(
      'paths.js',
      "import 'mediasoup/types';\nimport 'mediasoup/lib/Worker';\nimport 'mediasoup/node/lib/Worker';\n",
    );

    assert.deepEqual(await linesOf(application, 'subpath'), [2]);
  });

  it("reads configurations in JSON, and leaves tests' and pages' aside", async () => {
    const application = make('import-named');
    const listen = '{ "ip": "192.168.1.5", "announcedIp": "198.51.100.1" }';

    application.write('config/config.json', listen);
    application.write('tests/config.json', listen);
    application.write(
      'public/page.js',
      "import 'mediasoup-client';\nworker.workerBin = '/x';\n",
    );

    const { told } = await look(application);

    assert.deepEqual(
      told.findings.map(({ rule, file }) => `${rule} ${file}`),
      [
        'announced-address config/config.json',
        'listen-address config/config.json',
      ],
    );
  });

  it('names other packages that want mediasoup, and the command that installs', async () => {
    const locks = {
      'package-lock.json': [
        'npm install',
        JSON.stringify({
          packages: {
            '': { dependencies: { mediasoup: '3' } },
            'node_modules/a': { peerDependencies: { mediasoup: '3' } },
            'node_modules/@b/c': { dependencies: { mediasoup: '3' } },
            'node_modules/d': { dependencies: { debug: '4' } },
          },
        }),
        ['a', '@b/c'],
      ],
      'yarn.lock': [
        'yarn install',
        'a@^1.0.0:\n  version "1.0.0"\n  dependencies:\n    mediasoup "3"\n\nmediasoup@3:\n  version "3"\n',
        ['a'],
      ],
      'pnpm-lock.yaml': ['pnpm install', '', []],
    };

    for (const [file, [install, text, dependents]] of Object.entries(locks)) {
      const application = make('require');

      application.write(file, text);

      const { told } = await look(application);

      assert.equal(told.file, file);
      assert.equal(told.install, install);
      assert.deepEqual(told.dependents, dependents);
    }
  });

  it("tells of a mediasoup that isn't npm's, or another version", async () => {
    const ranges = {
      'havfo/mediasoup#v3': 1,
      '2.6.19': 1,
      '3.19.14': 1,
      '^3.10.12': 0,
      '3.28.0': 1,
      '>=3.0.0': 0,
      latest: 0,
    };

    for (const [range, count] of Object.entries(ranges)) {
      const application = make('import-named');

      application.write(
        'package.json',
        JSON.stringify({ dependencies: { mediasoup: range } }),
      );
      assert.equal(
        (await linesOf(application, 'version')).length,
        count,
        range,
      );
    }
  });

  it('changes every package.json of a workspace, and no peer', async () => {
    const application = make('import-named');

    application.write(
      'packages/a/package.json',
      '{"devDependencies":{"mediasoup":"^3.0.0"},\r\n"peerDependencies":{"mediasoup":"3"}}',
    );
    await port(application, '--write');
    assert.equal(
      application.read('packages/a/package.json'),
      '{"devDependencies":{"mediasoup":"npm:remote-mediasoup@^3.27.1"},\r\n"peerDependencies":{"mediasoup":"3"}}',
    );
    undo(application);
  });

  it('keeps ends of lines, byte order marks and modes as they are', async () => {
    const application = make('require');
    const text = "\uFEFF'use strict';\r\nconst m = require('mediasoup');\r\n";

    application.write('crlf.js', text);
    fs.chmodSync(path.join(application.folder, 'crlf.js'), 0o755);
    await port(application, '--to', 'require', '--write');
    assert.equal(
      application.read('crlf.js'),
      text.replace('mediasoup', 'remote-mediasoup'),
    );
    assert.equal(
      fs.statSync(path.join(application.folder, 'crlf.js')).mode & 0o777,
      0o755,
    );
  });

  it('leaves alone what it cannot read', async () => {
    const application = make('import-named');
    const bytes = Buffer.from("require('mediasoup'); // \xe9", 'latin1');
    const file = path.join(application.folder, 'latin1.js');

    fs.writeFileSync(file, bytes);
    application.write('large.js', `${' '.repeat(2 ** 20)}require('mediasoup')`);
    application.write('fixtures/package.json', '{ "mediasoup": ');

    const { told } = await look(application, '--to', 'require', '--write');

    assert.deepEqual(
      told.skipped.map((one) => one.file),
      ['large.js', 'latin1.js', 'fixtures/package.json'].sort(bySkipping),
    );
    assert.deepEqual(fs.readFileSync(file), bytes);
  });

  describe('refuses', () => {
    it('what is no application', async () => {
      const application = make('import-named');

      for (const [args, pattern] of [
        [[path.join(application.folder, 'none')], /is no directory/],
        [[application.folder, application.folder], /one directory/],
        [[application.folder, '--to', 'elsewhere'], /--to is/],
        [[application.folder, '--delete'], /--delete/],
      ]) {
        const { code, stderr } = await command(['port', ...args]);

        assert.equal(code, 2);
        assert.match(stderr, pattern);
      }
    });

    it('what does not use mediasoup', async () => {
      const application = make('import-named');

      for (const file of ['server.js', 'media.js', 'package.json']) {
        application.write(file, '{}');
      }
      assert.equal((await port(application)).code, 2);
    });

    it('a package.json that is none', async () => {
      const application = make('import-named');

      application.write('package.json', '{ "dependencies": { "mediasoup": ');

      const before = snapshot(application);
      const { code, stderr } = await port(application, '--write');

      assert.equal(code, 2);
      assert.match(stderr, /package\.json is no JSON/);
      assert.deepEqual(snapshot(application), before);
    });

    it('files that are not committed', async () => {
      const application = make('import-named');
      const git = (...args) =>
        execFileSync(
          'git',
          ['-c', 'user.name=t', '-c', 'user.email=t', ...args],
          {
            cwd: application.folder,
            stdio: 'ignore',
          },
        );

      git('init');
      git('add', 'package.json', '*.js');
      git('commit', '-m', 'all');
      application.write(
        'package.json',
        `${application.read('package.json')}\n`,
      );

      const before = snapshot(application);
      const refused = await port(application, '--write');

      assert.equal(refused.code, 3);
      assert.match(refused.stderr, /aren't committed: package\.json/);
      assert.deepEqual(snapshot(application), before);
      assert.equal((await port(application, '--write', '--force')).code, 0);

      git('commit', '-am', 'ported');
      git('apply', '-R', '--check', PATCH);
    });

    it('to write over an earlier patch', async () => {
      const application = make('import-named');

      application.write(PATCH, 'the way back');

      const before = snapshot(application);

      assert.equal((await port(application, '--write')).code, 3);
      assert.deepEqual(snapshot(application), before);
    });

    it('to write some files and not others', async () => {
      const application = make('require');
      const before = snapshot(application);
      const { code } = await command(
        ['port', application.folder, '--to', 'require', '--write'],
        { env: { NODE_OPTIONS: `--require ${failingRename(application)}` } },
      );

      assert.equal(code, 3);
      assert.deepEqual(snapshot(application), before);
    });
  });

  it('is listed by --help, and explained by its own', async () => {
    const { stdout } = await command(['--help']);

    for (const name of ['port', 'doctor', 'serve']) {
      assert.match(stdout, new RegExp(`^ {2}${name} +\\w`, 'm'));

      const own = await command([name, '--help']);

      assert.equal(own.code, 0);
      assert.match(own.stdout, new RegExp(`Usage: remote-mediasoup ${name}`));
    }
    assert.match((await command(['help', 'port'])).stdout, /Exit codes/);
  });

  function make(name) {
    const application = new Application(name);

    made.push(application);

    return application;
  }
});

function port(application, ...args) {
  return command(['port', application.folder, ...args]);
}

/** What it says of an application. */
async function look(application, ...args) {
  const { code, stdout, stderr } = await port(application, '--json', ...args);

  assert.equal(stderr, '');

  return { code, told: JSON.parse(stdout) };
}

async function linesOf(application, rule) {
  const { told } = await look(application);

  return told.findings
    .filter((finding) => finding.rule === rule)
    .map(({ line }) => line);
}

/** The application's files and what they hold. */
function snapshot({ folder }) {
  return Object.fromEntries(
    fs
      .readdirSync(folder, { recursive: true, withFileTypes: true })
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((file) => !/node_modules|\.git\/|failing/.test(file))
      .filter((file) => fs.statSync(file).isFile())
      .map((file) => [file, fs.readFileSync(file, 'latin1')]),
  );
}

function undo({ folder }) {
  execFileSync('git', ['apply', '-R', '--whitespace=nowarn', PATCH], {
    cwd: folder,
  });
  fs.rmSync(path.join(folder, PATCH));
}

/** A module whose loading makes the second renaming of a file fail. */
function failingRename(application) {
  application.write(
    'node_modules/failing.js',
    `const fs = require('node:fs');
     const { renameSync } = fs;
     let count = 0;
     fs.renameSync = (...args) => {
       count += 1;
       if (count === 2) throw new Error('the disk is full');
       renameSync(...args);
     };`,
  );

  return path.join(application.folder, 'node_modules/failing.js');
}

/** Files that can't be read come first, then manifests that make no sense. */
function bySkipping(a, b) {
  const isManifest = (file) => file.endsWith('package.json');

  return isManifest(a) - isManifest(b) || (a < b ? -1 : 1);
}
