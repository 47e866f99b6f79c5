/**
 * Test of the Checker of documents itself, on small made-up documents: it must find each kind of error, with
 * its line, and accept correct blocks.
 */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { Checker } from './checker.mjs';
import { parse } from './markdown.mjs';
import { readShell } from './shell.mjs';

const fenced = (language, ...lines) =>
  ['```' + language, ...lines, '```'].join('\n');

/** A document, and the errors in it. */
const DOCUMENTS = [
  ['a block without a language', fenced('', 'x'), /^a\.md:1: a block without/],
  ['an unknown language', fenced('nginx', 'x'), /nothing here checks nginx/],
  [
    'a reason not to look',
    `<!-- unchecked: nginx reads it -->\n\n${fenced('nginx', 'x')}`,
  ],
  ['text', fenced('text', 'anything')],
  ['code by indentation', 'a\n\n    b\n', /^a\.md:3: a block by indentation/],
  ['a list with an indented paragraph', '- a\n\n    b\n'],

  [
    'a wrong type',
    fenced('js', '', 'router.createNothing();'),
    /^a\.md:3: .*createNothing/,
  ],
  [
    'a part of a program',
    fenced(
      'js',
      "const listenInfo = { protocol: 'udp', ip: '127.0.0.1' };",
      'await router.createPlainTransport({ listenInfo });',
    ),
  ],
  [
    'what TypeScript is strict about',
    fenced('ts', 'function f(a) {}', 'f(1);'),
    /^a\.md:2: .*implicitly/,
  ],
  [
    'a program that fails',
    fenced('js', "throw new Error('no');"),
    /the program fails/,
  ],
  [
    'a program that is not run',
    `<!-- not run: it fails -->\n${fenced('js', "throw new Error('no');")}`,
  ],
  [
    'a program that connects',
    fenced(
      'js',
      "import { connect } from 'remote-mediasoup';",
      "const url = 'wss://media.example.com:4443';",
      "(await connect(url, { token: 'any' })).close();",
    ),
  ],
  [
    'TypeScript that runs',
    fenced(
      'ts',
      "import { version } from 'mediasoup';",
      'const text: string = version;',
      'if (!text) throw new Error();',
    ),
  ],

  ['shell code that is none', fenced('sh', 'if true'), /^a\.md:2: no shell/],
  [
    'an unknown program',
    fenced('sh', 'ls', 'remote-mediasop serve'),
    /^a\.md:3: "remote-mediasop"/,
  ],
  [
    'an unknown option',
    fenced('sh', 'remote-mediasoup serve \\', '  --lisen 1'),
    /--lisen/,
  ],
  [
    'options',
    fenced('sh', 'A=1 remote-mediasoup serve --listen 127.0.0.1:4443 # yes'),
  ],
  [
    'a wrong value of a variable',
    fenced('sh', 'REMOTE_MEDIASOUP_LISTEN=x remote-mediasoup serve'),
    /invalid/i,
  ],
  [
    'an unknown subcommand',
    fenced('sh', 'npx remote-mediasoup sing'),
    /no subcommand sing/,
  ],
  ['an unknown npm script', fenced('sh', 'npm run sing'), /no such script/],
  [
    'an unknown flag of a script',
    fenced('sh', 'npm run fuzz -- --sing'),
    /knows no --sing/,
  ],
  ['a flag of a script', fenced('sh', 'npm run fuzz -- --seconds 1')],
  [
    'a package of another name',
    fenced('sh', 'npm install remote-mediasoup-linux'),
    /no package/,
  ],
  ['a console', fenced('console', '$ npm test -- --list', 'not a command')],

  ['an unknown step', 'By `npm test -- sing`.', /^a\.md:1: .* no step sing/],
  ['a step', 'By `npm test -- unit`, or `npm test -- NAME`.'],
  [
    'a program that moved',
    'By `node benches/nothing.mjs`.',
    /benches\/nothing\.mjs does not exist/,
  ],
  ['a path that moved', 'In `lib/No.js`.', /lib\/No\.js does not exist/],

  ['JSON that is none', fenced('json', '{ a: 1 }'), /JSON/],
  ['TOML that is none', fenced('toml', 'a = '), /no TOML/],
  ['YAML that is none', fenced('yaml', 'a: ['), /^a\.md:2/],
  ['wrong options', fenced('toml', 'listen = "nowhere"'), /listen/],
  [
    'wrong tokens',
    fenced('toml', '[[tokens]]', 'name = "a"'),
    /the server refuses it/,
  ],
  [
    'a wrong file that a command makes',
    fenced('sh', 'cat > a.toml <<END', '[[tokens', 'END'),
    /^a\.md:3: no TOML/,
  ],
  ['a unit', fenced('ini', '[Service]', 'Type=simple', 'ExecStart=/none/a')],
  [
    'a wrong unit',
    fenced('ini', '[Service]', 'nonsense'),
    /neither a section nor a key/,
  ],
  [
    'a diff',
    fenced('diff', "-require('mediasoup')", "+require('remote-mediasoup')"),
  ],
  ['a diff without a change', fenced('diff', ' a'), /changes nothing/],
];

describe('Checker', () => {
  let checker;

  before(async () => {
    checker = await Checker.start('docs-checker');
  });

  after(() => checker.stop());

  for (const [name, text, expected] of DOCUMENTS) {
    it(`${expected ? 'finds' : 'takes'} ${name}`, async () => {
      const errors = await checker.errorsOf(parse('a.md', text));

      if (expected) {
        assert.match(errors.join('\n'), expected);
      } else {
        assert.deepEqual(errors, []);
      }
    });
  }
});

describe('readShell()', () => {
  for (const [code, ...expected] of [
    ['a b\nc', ['a', 'b'], ['c']],
    ['a \\\n  --b', ['a', '--b']],
    ['A=1 B="2 3" a', ['a']],
    ['a \'b c\' "d e"f', ['a', 'b c', 'd ef']],
    ['a | b && c || d; e &', ['a'], ['b'], ['c'], ['d'], ['e']],
    ['a > b 2>&1 < c d', ['a', 'd']],
    ['a $(b c) "x $(d)"', ['b', 'c'], ['d'], ['a', '$(b c)', 'x $(d)']],
    ['a # b\n# c', ['a']],
    ['sudo a; if b; then c; fi', ['a'], ['b'], ['c']],
    ['cat > x <<END\na b\nEND\nc', ['cat'], ['c']],
  ]) {
    it(JSON.stringify(code), () => {
      assert.deepEqual(
        readShell(code).commands.map(({ words }) => words),
        expected,
      );
    });
  }
});
