/**
 * Check of code blocks in JavaScript and TypeScript. The checker of documents (`checker.mjs`) has all of them
 * type-checked, strictly those in TypeScript. A block that compiles by itself is a whole program and is run;
 * one that needs the names that ambient.d.ts declares shows a part of a program.
 */

import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';

import { compile, modes } from '../types/compiler.mjs';

const execute = promisify(execFile);

const AMBIENT = fileURLToPath(new URL('ambient.d.ts', import.meta.url));

/** A program in a document does one thing and ends. */
const RUN_TIMEOUT_MS = 20_000;

const TYPESCRIPT = new Set(['ts', 'mts', 'cts', 'typescript']);

export const LANGUAGES = new Set([
  ...TYPESCRIPT,
  'js',
  'mjs',
  'cjs',
  'javascript',
]);

/** A server that a document names. */
const SERVER_URL = /wss?:\/\/[\w.-]+(:\d+)?/g;

const options = {
  ...modes.node16,
  allowJs: true,
  checkJs: true,
  moduleDetection: ts.ModuleDetectionKind.Force,
  resolveJsonModule: true,
  skipLibCheck: true,
};

/** In JavaScript nobody can say what type a parameter has. */
const lenient = {
  noImplicitAny: false,
  strictNullChecks: false,
  useUnknownInCatchVariables: false,
};

/** TypeScript widens a constant of an object to `string`, and JavaScript can't prevent it. */
const WIDENED = /Type 'string(\[\])?' is not assignable to type '/;

/**
 * @param {{code: string, language: string}[]} blocks
 * @param {string} folder - An application's, with the package installed.
 * @returns {{errors: {line: number, message: string}[], isWhole: boolean, file: string}[]}
 * For each block; lines are the block's, from 0.
 */
export function checkTypes(blocks, folder) {
  const files = blocks.map(({ code, language }, index) => {
    const file = path.join(
      folder,
      `block-${index}.${extension(code, language)}`,
    );

    fs.writeFileSync(file, code);

    return file;
  });
  const results = files.map((file) => ({ file, errors: [], isWhole: false }));

  for (const isTypeScript of [false, true]) {
    const chosen = results.filter(
      ({ file }) => /ts$/.test(file) === isTypeScript,
    );
    const settings = { ...options, ...(isTypeScript ? {} : lenient) };
    const alone = diagnose(chosen, settings);
    const inContext = diagnose(chosen, settings, AMBIENT);

    for (const result of chosen) {
      result.isWhole = alone
        .get(result.file)
        .every(({ message }) => !isTypeScript && WIDENED.test(message));
      result.errors = inContext
        .get(result.file)
        .filter(({ message }) => isTypeScript || !WIDENED.test(message));
    }
  }

  return results;
}

function diagnose(results, settings, ...more) {
  if (results.length === 0) {
    return new Map();
  }

  const files = results.map(({ file }) => file);
  const program = compile([...files, ...more], settings);

  return new Map(
    files.map((file) => [
      file,
      ts
        .getPreEmitDiagnostics(program, program.getSourceFile(file))
        .map(({ file: source, start, messageText }) => ({
          line: source.getLineAndCharacterOfPosition(start).line,
          message: ts.flattenDiagnosticMessageText(messageText, '\n'),
        })),
    ]),
  );
}

/** Extension by which Node and TypeScript know the kind of module. */
function extension(code, language) {
  const isTypeScript = TYPESCRIPT.has(language);
  const kind =
    /^\s*(import\b[^(]|export\b)/m.test(code) ||
    (!/\brequire\(/.test(code) && /^(const .* = )?await\b/m.test(code))
      ? 'm'
      : 'c';

  // In TypeScript, `import` is common to both kinds.
  return `${kind}${isTypeScript ? 'ts' : 'js'}`;
}

/**
 * Runs a whole program.
 *
 * @param {string} file - As `checkTypes()` wrote it.
 * @param {string} server - URL of one that takes the place of those it names.
 * @returns {Promise<string[]>} What went wrong.
 */
export async function runProgram(file, server) {
  const code = fs.readFileSync(file, 'utf8').replaceAll(SERVER_URL, server);
  const runnable = file.replace(/\.([mc])ts$/, '.run.$1js');

  fs.writeFileSync(
    runnable,
    file === runnable ? code : javaScriptOf(code, file),
  );

  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(REMOTE_)?MEDIASOUP|^DEBUG|^NODE_/.test(name),
    ),
  );

  try {
    await execute(process.execPath, [runnable], {
      cwd: path.dirname(file),
      env,
      timeout: RUN_TIMEOUT_MS,
    });

    return [];
  } catch (error) {
    return [
      error.killed
        ? `the program doesn't end within ${RUN_TIMEOUT_MS / 1000} s: let it close what it opens, or write before it <!-- not run: REASON -->`
        : `the program fails; if it can't be run here, write before it <!-- not run: REASON -->\n${error.stderr}`,
    ];
  }
}

function javaScriptOf(code, file) {
  return ts.transpileModule(code, {
    fileName: file,
    compilerOptions: {
      ...options,
      module: /mts$/.test(file) ? ts.ModuleKind.ESNext : ts.ModuleKind.CommonJS,
    },
  }).outputText;
}
