/**
 * Test of what `remote-mediasoup port` reports about the sample applications: imports, uses of mediasoup, and
 * code that behaves otherwise with Workers on a server. A failure means that a finding is missing,
 * superfluous or at the wrong line.
 */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { look, make } from './port.mjs';

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
  for (const [name, expected] of Object.entries(findings)) {
    it(`finds what there is in an application: ${name}`, async (t) => {
      const application = make(t, name);
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
  }

  it('finds every use of a pid that no process has', async (t) => {
    const application = make(t, 'import-named');

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

  it('finds media that is sent to the machine of its transport', async (t) => {
    const application = make(t, 'import-named');

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

  it('is not led astray by comments, strings, templates and types', async (t) => {
    const application = make(t, 'import-named');

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

  it('says which paths into mediasoup there are not', async (t) => {
    const application = make(t, 'import-named');

    application.write(
      'paths.js',
      "import 'mediasoup/types';\nimport 'mediasoup/lib/Worker';\nimport 'mediasoup/node/lib/Worker';\n",
    );

    assert.deepEqual(await linesOf(application, 'subpath'), [2]);
  });

  it("reads configurations in JSON, and leaves tests' and pages' aside", async (t) => {
    const application = make(t, 'import-named');
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

  it('names other packages that want mediasoup, and the command that installs', async (t) => {
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
      const application = make(t, 'require');

      application.write(file, text);

      const { told } = await look(application);

      assert.equal(told.file, file);
      assert.equal(told.install, install);
      assert.deepEqual(told.dependents, dependents);
    }
  });

  it("tells of a mediasoup that isn't npm's, or another version", async (t) => {
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
      const application = make(t, 'import-named');

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
});

async function linesOf(application, rule) {
  const { told } = await look(application);

  return told.findings
    .filter((finding) => finding.rule === rule)
    .map(({ line }) => line);
}
