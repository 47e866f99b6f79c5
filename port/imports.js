'use strict';

/** Where an application names the module, and in which form. */

/** What tests call with a module's name. */
const MOCKS = new Set([
  'createMockFromModule',
  'doMock',
  'doUnmock',
  'dontMock',
  'genMockFromModule',
  'importActual',
  'importMock',
  'mock',
  'requireActual',
  'requireMock',
  'setMock',
  'unmock',
  'unstable_mockModule',
]);

/**
 * @param {import('./Source').Source} source
 * @param {string} name of the module
 * @returns {{ specifier: string, form: string, start: number, end: number }[]} `form` is `require`, `import
 *   default`, `import named`, `import namespace`, `import type`, `import` (for its effects), `import()`,
 *   `export`, `mock`, `resolve` or `declare module`. `start` and `end` are those of the string
 */
function importsOf({ tokens }, name) {
  const imports = [];
  tokens.forEach((token, index) => {
    if (token.type !== 'string') return;
    const { value } = token;
    if (value !== name && !value.startsWith(`${name}/`)) return;
    const form = formAt(tokens, index);
    if (!form) return;
    const { start, end } = token;
    imports.push({ specifier: value, form, start, end });
  });
  return imports;
}

/** What names a module by the string at `index`; `undefined` if it is any other string. */
function formAt(tokens, index) {
  const before = tokens[index - 1];
  if (before?.type === 'name') {
    if (before.text === 'from') return statementForm(tokens, index - 1);
    if (before.text === 'import') return 'import';
    if (before.text === 'module') return 'declare module';
    return undefined;
  }
  if (before?.text !== '(') return undefined;
  const called = tokens[index - 2]?.text;
  const isMember = tokens[index - 3]?.text === '.';
  if (called === 'require' && !isMember) return 'require';
  if (called === 'import') return 'import()';
  if (called === 'resolve' && isMember) return 'resolve';
  return MOCKS.has(called) && isMember ? 'mock' : undefined;
}

/** Of the statement whose `from` is at `index`. */
function statementForm(tokens, index) {
  let at = index;
  while (at >= 0 && !['import', 'export'].includes(tokens[at].text)) at -= 1;
  if (tokens[at]?.text === 'export') return 'export';
  const [first, second] = tokens.slice(at + 1, at + 3);
  if (first?.text === 'type' && second?.text !== 'from') return 'import type';
  if (first?.text === '*') return 'import namespace';
  return first?.text === '{' ? 'import named' : 'import default';
}

/** Modules of mediasoup that remote-mediasoup has as well; modules of types have another ending. */
const MODULES = new Set(
  (
    'ActiveSpeakerObserver AudioLevelObserver Consumer DataConsumer DataProducer DirectTransport Logger ' +
    'PipeTransport PlainTransport Producer Router RtpObserver Transport WebRtcServer WebRtcTransport ' +
    'Worker enhancedEvents errors extras index ortc supportedRtpCapabilities types'
  ).split(' '),
);

/** Whether remote-mediasoup has what a specifier names of mediasoup. */
function isOffered(specifier, name) {
  const path = specifier.slice(name.length);
  const module = /^\/node\/lib\/(\w+?)(\.js)?$/.exec(path)?.[1];
  return module
    ? MODULES.has(module) || module.endsWith('Types')
    : /^(|\/types|\/errors|\/ortc|\/extras|\/package\.json|\/node\/lib)$/.test(
        path,
      );
}

exports.importsOf = importsOf;
exports.isOffered = isOffered;
