/**
 * Test that every exported name exists in both packages (npm's mediasoup and this one) and is the same to
 * TypeScript: as a type, with and without type arguments, and as a value. The names are read from the
 * packages themselves, so that an added or forgotten one fails the test.
 */

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';
import { compile, errorsOf, modes } from './compiler.mjs';
import { npms, ours, workspace } from './workspace.mjs';

const entries = ['', '/types', '/errors', '/ortc', '/extras'];

/**
 * `Identical` is what TypeScript itself calls so: no other property, none that is optional or
 * readonly on one side only, no `any` that would swallow a difference. `Assignable` asks only that
 * each can stand for the other, `Extended` that ours can stand for npm's.
 */
const prelude = `
type Identical<A, B> =
  (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
type Assignable<A, B> = [A, B] extends [B, A] ? true : false;
type Extended<A, B> = B extends A ? true : false;
declare function expect<T extends true>(): void;
`;

/** Names that can't be identical. */
const onlyAssignable = new Set([
  // Takes a flatbuffers.Builder, a type of a package that ours doesn't depend on: it is any.
  'serializeRtpMapping',
  // The namespace that holds it.
  'ortc',
]);

/** Names of what does more in ours. */
const extended = new Set([
  // Takes the option `vertical`; its Workers have `stats()`.
  'createWorker',
]);

/** Members of ours alone: all that is about servers and logical Workers. */
const additions = new Map([
  [
    '',
    [
      'ConnectOptions',
      'ConnectionEvents',
      'ConnectionOutcome',
      'ConnectionStats',
      'CreateWorker',
      'MeasuredWorker',
      'ProcessStats',
      'RemoteMediasoup',
      'RemoteMediasoupClient',
      'RemoteMediasoupClientEvents',
      'VerticalOptions',
      'VerticalSetting',
      'WorkerStats',
      'connect',
      'workers',
    ],
  ],
]);

const folder = workspace('same-types', { npms, ours });

function write(name, text) {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const imports = write(
  'imports.ts',
  entries
    .flatMap((entry) => [`import 'npms${entry}';`, `import 'ours${entry}';`])
    .join('\n'),
);
const packages = compile([imports], modes.node16);
const checker = packages.getTypeChecker();

/** @returns {Map<string, ts.Symbol>} what a module exports, aliases followed */
function exportsOf(specifier) {
  const { moduleSpecifier } = packages
    .getSourceFile(imports)
    .statements.find((each) => each.moduleSpecifier.text === specifier);
  const module = checker.getSymbolAtLocation(moduleSpecifier);
  assert.ok(module, `${specifier} is not found`);
  return new Map(
    checker.getExportsOfModule(module).map((each) => {
      const isAlias = each.flags & ts.SymbolFlags.Alias;
      return [each.name, isAlias ? checker.getAliasedSymbol(each) : each];
    }),
  );
}

/**
 * The type arguments to try a type with: none, where they all have defaults, and our own for what
 * applications parametrise (their data, their events). Parameters after those keep defaults.
 */
function argumentLists(symbol) {
  const parameters =
    symbol.declarations.find((each) => each.typeParameters)?.typeParameters ??
    [];
  const own = [];
  for (const [index, parameter] of parameters.entries()) {
    const constraint = parameter.constraint?.getText();
    if (constraint === 'AppData') own.push('{ room: string; seat?: number }');
    else if (!constraint) own.push(`{ field${index}: string }`);
    else {
      if (constraint === 'Events') own.push('{ ping: [number, string?] }');
      break;
    }
  }
  return [
    ...(parameters.every((each) => each.default) ? [''] : []),
    ...(own.length > 0 ? [`<${own.join(', ')}>`] : []),
  ];
}

/** Lines that compile only if what `name` stands for is the same on both sides. */
function comparisons(entry, name, symbol) {
  const types =
    symbol.flags & ts.SymbolFlags.Type
      ? argumentLists(symbol).map((args) => ['', args])
      : [];
  const values = symbol.flags & ts.SymbolFlags.Value ? [['typeof ', '']] : [];
  const relation = extended.has(name)
    ? 'Extended'
    : onlyAssignable.has(name)
      ? 'Assignable'
      : 'Identical';
  return [...types, ...values].map(([before, after]) => {
    const [npm, our] = ['npms', 'ours'].map(
      (each) => `${before}import('${each}${entry}').${name}${after}`,
    );
    return `expect<${relation}<${npm}, ${our}>>();`;
  });
}

/** `[entry, file with its comparisons, how many they are]` */
const files = entries.map((entry) => {
  const lines = [...exportsOf(`npms${entry}`)].flatMap(([name, symbol]) =>
    comparisons(entry, name, symbol),
  );
  const file = `index${entry.replace('/', '.')}.ts`;
  return [entry, write(file, prelude + lines.join('\n')), lines.length];
});
const errors = errorsOf(
  compile(
    files.map(([, file]) => file),
    modes.node16,
  ),
);

for (const [entry, file, count] of files) {
  test(`mediasoup${entry}: the same names`, () => {
    const [npm, our] = ['npms', 'ours'].map((each) =>
      [...exportsOf(`${each}${entry}`).keys()].sort(),
    );
    assert.deepEqual(our, [...npm, ...(additions.get(entry) ?? [])].sort());
  });

  test(`mediasoup${entry}: the same by each of them (${count} comparisons)`, () => {
    assert.ok(count > 0);
    assert.deepEqual(
      errors.filter((each) => each.startsWith(`${basename(file)}:`)),
      [],
    );
  });
}

test('the comparisons themselves compile', () => {
  const names = files.map(([, file]) => `${basename(file)}:`);
  assert.deepEqual(
    errors.filter((each) => !names.some((name) => each.startsWith(name))),
    [],
  );
});

test('a difference is seen', () => {
  const differences = [
    ['{ a: 1 }', '{ a?: 1 }'],
    ['{ a: 1 }', '{ readonly a: 1 }'],
    ['{ a: string }', 'any'],
    ["import('npms').types.Producer", "import('ours').types.Consumer"],
    [
      "import('npms').types.ProducerOptions",
      "import('ours').types.ProducerOptions & { extra?: 1 }",
    ],
  ];
  const file = write(
    'differences.ts',
    prelude +
      differences
        .map(([a, b]) => `expect<Identical<${a}, ${b}>>();`)
        .join('\n'),
  );
  assert.equal(
    errorsOf(compile([file], modes.node16)).length,
    differences.length,
  );
});
