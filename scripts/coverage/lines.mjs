/**
 * Parser of the coverage data that `runs.mjs` wrote, for `npm run coverage`. It returns for each source file
 * of the project the lines that hold code, and whether each of them ran.
 */

import { execFile } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';

import { root } from '../lib/project.mjs';
import { copyOf } from './runs.mjs';

const require = createRequire(import.meta.url);
const run = promisify(execFile);

/**
 * @typedef {Map<string, Map<number, boolean>>} Files Whether each line with code
 * ran, by the file's path below the root.
 */

/** @returns {Files} */
export function rustLines(output) {
  return fromLcov(fs.readFileSync(path.join(output, 'rust.lcov'), 'utf8'));
}

function fromLcov(report) {
  const files = new Map();

  for (const record of report.split('end_of_record\n')) {
    const [, source] = /^SF:(.*)$/m.exec(record) ?? [];
    const file = source && path.relative(root, source);

    if (file && /^(crates\/(?!fbs\/)[\w-]+\/)?src\//.test(file)) {
      const text = beforeTests(fs.readFileSync(source, 'utf8').split('\n'));
      const lines = [...record.matchAll(/^DA:(\d+),(\d+)/gm)]
        .map(([, line, count]) => [Number(line), count !== '0'])
        .filter(([line]) => isRust(text[line - 1]));

      files.set(file, new Map(lines));
    }
  }

  return files;
}

/** Tests within a file are not code to be covered. */
function beforeTests(lines) {
  const place = lines.indexOf('#[cfg(test)]');

  return place < 0 ? lines : lines.slice(0, place);
}

/** False for code that an attribute (napi's, for instance) generates. */
function isRust(line) {
  return line !== undefined && !/^\s*#\[/.test(line);
}

/** @returns {Promise<Files>} */
export async function javaScriptLines(output) {
  const copy = copyOf(output);

  await run(
    process.execPath,
    [
      require.resolve('c8/bin/c8.js'),
      'report',
      `--temp-directory=${path.join(output, 'v8')}`,
      `--reports-dir=${path.join(output, 'js')}`,
      '--reporter=json',
      '--all',
      '--exclude-after-remap=false',
      '--include=index.js',
      '--include=lib/**',
    ],
    { cwd: copy },
  );

  const report = JSON.parse(
    fs.readFileSync(path.join(output, 'js', 'coverage-final.json')),
  );
  const files = new Map();

  for (const { path: source, statementMap, s: counts } of Object.values(
    report,
  )) {
    const text = fs.readFileSync(source, 'utf8').split('\n');
    // c8 makes a statement of every line, of comments and of empty ones, too.
    const lines = Object.entries(statementMap)
      .map(([id, { start }]) => [start.line, counts[id] > 0])
      .filter(([line]) => isJavaScript(text[line - 1]));

    files.set(path.relative(copy, source), new Map(lines));
  }

  return files;
}

function isJavaScript(line = '') {
  return !/^\s*($|\/\/|\/\*|\*)/.test(line);
}
