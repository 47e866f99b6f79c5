/**
 * Test of the syntax that the porting tool understands: in JavaScript and TypeScript it must recognise
 * imports and calls, and must not take comments, strings or types for them. Code that it can't parse must be
 * named with its line.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { before, describe, it } from 'node:test';

import { isOffered } from '../../port/packages.mjs';
import { Application } from './applications.mjs';
import { look, make, port } from './port.mjs';

const require = createRequire(import.meta.url);

/** A sentence to a file's extension, its text, and what is found: `form specifier` or `rule line`. */
const cases = {
  'text of JSX is not code, and what is in braces is': [
    'jsx',
    "const a = <p>don't require('mediasoup') {require('mediasoup/types')}</p>;",
    ['require mediasoup/types'],
  ],
  'after a parenthesis, a slash begins a regular expression': [
    'js',
    "if (a) /'require('mediasoup')/.test(b);",
    [],
  ],
  'after an increment, a slash divides': [
    'js',
    "const a = i++ / require('mediasoup').b / 2;",
    ['require mediasoup'],
  ],
  'templates nest': [
    'js',
    "const a = `require('mediasoup') ${b ? `${import('mediasoup')}` : ''}`;",
    ['import() mediasoup'],
  ],
  'a template without expressions names a module': [
    'js',
    'const a = require(`mediasoup`);',
    ['require mediasoup'],
  ],
  'exports import, too': [
    'ts',
    "export * from 'mediasoup';\nexport type { Worker } from 'mediasoup/types';",
    ['export mediasoup', 'export mediasoup/types'],
  ],
  'TypeScript requires and imports types in its own ways': [
    'ts',
    "import a = require('mediasoup');\ntype B = import('mediasoup/types').Worker;",
    ['require mediasoup', 'import type mediasoup/types'],
  ],
  'a mock may have a type': [
    'ts',
    "vi.mock<typeof import('mediasoup')>('mediasoup', () => a);",
    ['import type mediasoup', 'mock mediasoup'],
  ],
  'only require and import.meta resolve modules': [
    'mjs',
    "path.resolve('mediasoup');\nPromise.resolve('mediasoup');\nimport.meta.resolve('mediasoup');",
    ['resolve mediasoup'],
  ],
  'a parameter called require imports nothing': [
    'js',
    "function a(require) { return require('mediasoup'); }",
    [],
  ],
  'a require that Node has created imports': [
    'mjs',
    "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);\nrequire('mediasoup');",
    ['require mediasoup'],
  ],
  'however it is created': [
    'mts',
    "const require = module.createRequire(import.meta.url) as NodeJS.Require;\nrequire('mediasoup');",
    ['require mediasoup'],
  ],
  'another process may be called process': [
    'ts',
    [
      "import process from 'node:process';",
      'class A { constructor(private process: Child) { process.exit(); } }',
      "for (const process of all) process.on('SIGTERM', stop);",
      'process.exit();',
    ].join('\n'),
    ['process-exit 4'],
  ],
  'a pattern reads options and gives none': [
    'js',
    'const { announcedIp, workerBin } = config;\nfunction a({ workerBin }) {}\nstart({ workerBin });',
    ['worker-bin 3'],
  ],
  'names may be strings, and members optional': [
    'ts',
    "process['exit'](1);\n(os as any)?.cpus!();\nconst a = { 'workerBin': '/x' };",
    ['worker-bin 3', 'process-exit 1', 'cpu-count 2'],
  ],
  'decorators, enums and overloads are read': [
    'ts',
    '@A() class B { constructor(@C() d: D) { e._channel; } f(): void; f(a?: any) {} }\nenum G { H = 1 }\nlet i = <any>j satisfies K;',
    ['private-member 1'],
  ],
};

/** A sentence to a file's name, its text, and the line and reason that are named. */
const broken = {
  'code that is wrong': ['wrong.js', 'a();\nconst = 1;', 2, /Unexpected token/],
  'code that nests without end': [
    'deep.js',
    '['.repeat(100_000),
    1,
    /nests too deeply/,
  ],
  'a configuration that is cut off': ['config.json', '{\n"ip": ', 2, /Unexp/],
  'a test that is wrong': ['a.test.ts', 'let a: = 1', 1, /Unexpected token/],
};

describe('port reads', { timeout: 60_000 }, () => {
  let told;

  before(async () => {
    const application = new Application('import-named');

    for (const [index, [extension, text]] of Object.values(cases).entries()) {
      application.write(`case-${index}.${extension}`, text);
    }
    ({ told } = await look(application));
    application.remove();
  });

  for (const [index, [sentence, [, , expected]]] of Object.entries(
    cases,
  ).entries()) {
    it(sentence, () => {
      const isHere = ({ file }) => file.startsWith(`case-${index}.`);

      assert.deepEqual(
        [
          ...told.imports
            .filter(isHere)
            .map(({ form, specifier }) => `${form} ${specifier}`),
          ...told.findings
            .filter(isHere)
            .map(({ rule, line }) => `${rule} ${line}`),
        ],
        expected,
      );
    });
  }
});

describe('port names what it cannot parse', { timeout: 60_000 }, () => {
  for (const [sentence, [file, text, line, reason]] of Object.entries(broken)) {
    it(sentence, async (t) => {
      const application = make(t, 'import-named');

      application.write(file, text);

      const { told } = await look(application);
      const [finding] = told.findings.filter((one) => one.file === file);

      assert.equal(finding.rule, 'unparsed');
      assert.equal(finding.line, line);
      assert.match(finding.why, reason);
    });
  }

  it('although nothing else uses mediasoup', async (t) => {
    const application = make(t, 'import-named');

    for (const file of ['server.js', 'media.js']) application.write(file, '');
    application.write('package.json', '{}');
    application.write('wrong.js', "require('mediasoup'");

    const { code, stderr } = await port(application);

    assert.equal(code, 2);
    assert.match(stderr, /can't be parsed: wrong\.js:1$/m);
  });
});

it('knows which modules of mediasoup the package has', () => {
  const files = fs.readdirSync(path.dirname(require.resolve('mediasoup')));
  const subpaths = ['types', 'errors', 'ortc', 'extras', 'package.json', 'lib']
    .concat(['node/lib', 'node/lib/index.js'])
    .concat(
      files
        .filter((name) => /^\w+\.js$/.test(name))
        .map((name) => `node/lib/${path.parse(name).name}`),
    );

  for (const subpath of subpaths) {
    assert.equal(
      isOffered(`mediasoup/${subpath}`, 'mediasoup'),
      isResolved(`remote-mediasoup/${subpath}`),
      subpath,
    );
  }
});

function isResolved(specifier) {
  try {
    require.resolve(specifier);

    return true;
  } catch {
    return false;
  }
}
