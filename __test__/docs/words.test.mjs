/**
 * Test of the project's English: no doc comment opens with a question word, and no text has a phrase that the
 * glossary in ARCHITECTURE.md bans. A failure names file and line.
 */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Source files and documents of ours; what other projects wrote is not held to it. */
const OURS = /\.(rs|js|mjs|cjs|ts|py|md|toml|sh|html|css)$/;
const OTHERS = /^(crates\/fbs\/src|__test__\/words|native\/patches)\//;

/** This file has to name what it looks for. */
const SELF = '__test__/docs/words.test.mjs';

/** First line of a doc comment: `///` and `//!` blocks of Rust, `/**` blocks of JavaScript. */
const RUST_DOC = /^\s*\/\/[/!] ?(.*)$/;
const BLOCK_DOC = /^\s*\/\*\* ?(.*?)(?:\*\/)?$/;
const CONTINUED = /^\s*\* ?(.*)$/;

const QUESTION = /^(?:What|How|Whether|Who|Why|Which|Where|When)\b/;

/** @returns {string[]} paths of files that are ours, from the root */
function ours() {
  const tracked = execFileSync('git', ['ls-files', '-z'], {
    cwd: ROOT,
    encoding: 'utf8',
  });

  return tracked
    .split('\0')
    .filter((file) => OURS.test(file) && !OTHERS.test(file) && file !== SELF);
}

/** The phrases of the glossary's table "not / but", lower-cased. */
function banned() {
  const text = fs.readFileSync(path.join(ROOT, 'ARCHITECTURE.md'), 'utf8');
  const [, table] = text.split('| not | but |');

  assert.ok(table, 'ARCHITECTURE.md has a table of banned phrases');

  return table
    .split('\n\n')[0]
    .split('\n')
    .slice(2)
    .flatMap((row) =>
      [...row.split('|')[1].matchAll(/`([^`]+)`/g)].map((match) => match[1]),
    );
}

/** Lines that open a doc comment, as [number, text]. */
function* openings(lines) {
  for (const [index, line] of lines.entries()) {
    const rust = RUST_DOC.exec(line);
    const block = BLOCK_DOC.exec(line);

    if (rust && !RUST_DOC.exec(lines[index - 1] ?? '')?.[1]) {
      yield [index + 1, rust[1]];
    } else if (block) {
      const next = CONTINUED.exec(lines[index + 1] ?? '');

      yield [index + 1, block[1].trim() || (next ? next[1] : '')];
    }
  }
}

test('no doc comment opens with a question word', () => {
  const found = [];

  for (const file of ours().filter((name) => !name.endsWith('.md'))) {
    const lines = fs.readFileSync(path.join(ROOT, file), 'utf8').split('\n');

    for (const [number, text] of openings(lines)) {
      if (QUESTION.test(text)) {
        found.push(`${file}:${number}: ${text}`);
      }
    }
  }

  assert.deepEqual(found, [], 'say what it is first, as a noun phrase');
});

test('no text has a phrase that the glossary bans', () => {
  const phrases = banned().join('|');
  // "There is no link" is plain; "it is no link" isn't.
  const pattern = new RegExp(
    `(?<!\\bthere )\\b(?:${phrases})\\b(?! (?:longer|more|less|larger|smaller|newer|older|higher|lower|finer|better|faster|slower|shorter|other)\\b)`,
    'i',
  );
  const found = [];

  for (const file of ours()) {
    const lines = fs.readFileSync(path.join(ROOT, file), 'utf8').split('\n');
    const isGlossary = file === 'ARCHITECTURE.md';

    for (const [index, line] of lines.entries()) {
      if (pattern.test(line) && !(isGlossary && line.startsWith('| `'))) {
        found.push(`${file}:${index + 1}: ${line.trim()}`);
      }
    }
  }

  assert.deepEqual(found, [], "the glossary's table says what to write");
});
