/**
 * TypeScript compiler for the tests of types and of documents, strict, in each way to resolve modules
 * (node10, node16, bundler). `errorsOf()` returns a program's errors.
 */

import { join } from 'node:path';
import ts from 'typescript';
import { ours } from './workspace.mjs';

const base = {
  strict: true,
  noEmit: true,
  esModuleInterop: true,
  skipDefaultLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  types: ['node'],
  typeRoots: [join(ours, 'node_modules/@types')],
};

/** Name to compiler options. `node16` follows the `type` of the application's package.json. */
export const modes = {
  node10: {
    ...base,
    module: ts.ModuleKind.CommonJS,
    moduleResolution: ts.ModuleResolutionKind.Node10,
    ignoreDeprecations: '6.0',
  },
  node16: {
    ...base,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
  },
  bundler: {
    ...base,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  },
};

/** TypeScript's own declarations and Node's are most of the work, and the same every time. */
const parsed = new Map();

function cachingHost(options) {
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (file, ...rest) => {
    if (!/node_modules\/(typescript\/lib|@types\/node)\//.test(file)) {
      return read(file, ...rest);
    }
    if (!parsed.has(file)) parsed.set(file, read(file, ...rest));
    return parsed.get(file);
  };
  return host;
}

export function compile(files, options) {
  return ts.createProgram(files, options, cachingHost(options));
}

/** All errors of a program, one line each: `file.ts:12 message`. */
export function errorsOf(program) {
  return ts.getPreEmitDiagnostics(program).map((diagnostic) => {
    const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n');
    if (!diagnostic.file) return text;
    const { line } = diagnostic.file.getLineAndCharacterOfPosition(
      diagnostic.start,
    );
    return `${diagnostic.file.fileName.split('/').pop()}:${line + 1} ${text}`;
  });
}
