/**
 * Report of `npm run coverage`: prints a table of files with their percentage, and each place that did not
 * run with its reason from `reasons.json`. It returns the names of crates and folders below the threshold.
 */

import fs from 'node:fs';
import path from 'node:path';

import { root } from '../lib/project.mjs';

/** Percent of the lines of each group. */
const THRESHOLD = 95;

/**
 * Reasons why places are not covered, by file and by how the first line of a place
 * begins, so that line numbers may change.
 *
 * @type {Record<string, Record<string, string>>}
 */
const REASONS = JSON.parse(
  fs.readFileSync(new URL('./reasons.json', import.meta.url)),
);

const LEFT_OUT =
  'crates/fbs is left out: it is generated from the schema, for more than is used here.';

/**
 * Prints the report.
 *
 * @param {import('./lines.mjs').Files} files
 * @returns {string[]} The groups below the threshold.
 */
export function report(files) {
  const groups = grouped(files);
  const missed = [];

  for (const [group, members] of groups) {
    const lines = members.flatMap(([, of]) => [...of.values()]);

    console.log(`\n${row(group, lines)}`);

    for (const [file, of] of members) {
      console.log(
        row(`  ${path.relative(group, file) || file}`, [...of.values()]),
      );
    }
    if (percent(lines) < THRESHOLD) {
      missed.push(group);
    }
  }

  console.log(`\nNot covered:`);

  for (const [file, lines] of [...groups.values()].flat()) {
    for (const place of placesIn(lines)) {
      console.log(`  ${file}:${describe(file, place)}`);
    }
  }

  for (const { file, code } of staleReasons()) {
    console.log(`  reasons.json: ${file} has no line with ${code}`);
  }

  console.log(`\n${LEFT_OUT}`);

  return missed;
}

/** Files by crate or folder, in the order of their names. */
function grouped(files) {
  const groups = new Map();

  for (const entry of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const group = groupOf(entry[0]);

    groups.set(group, [...(groups.get(group) ?? []), entry]);
  }

  return groups;
}

function groupOf(file) {
  const [, crate] = /^crates\/([^/]+)/.exec(file) ?? [];

  return crate ? `crates/${crate}/src` : path.dirname(file).split('/')[0];
}

function row(name, lines) {
  const ran = lines.filter(Boolean).length;

  return [
    name.padEnd(40),
    percent(lines).toFixed(1).padStart(6),
    `${ran}/${lines.length}`.padStart(10),
  ].join('  ');
}

function percent(lines) {
  return lines.length === 0
    ? 100
    : (100 * lines.filter(Boolean).length) / lines.length;
}

/** Neighbouring lines that did not run, first and last. */
function placesIn(lines) {
  const places = [];
  let previousRan = true;

  for (const [line, ran] of [...lines].sort(([a], [b]) => a - b)) {
    if (!ran && previousRan) {
      places.push({ first: line, last: line });
    } else if (!ran) {
      places.at(-1).last = line;
    }

    previousRan = ran;
  }

  return places;
}

/** Reasons for code that isn't there any more. */
function staleReasons() {
  return Object.entries(REASONS)
    .flatMap(([file, reasons]) =>
      Object.keys(reasons).map((code) => ({ file, code })),
    )
    .filter(
      ({ file, code }) => !linesOf(file).some((line) => line.startsWith(code)),
    );
}

function describe(file, { first, last }) {
  const text = linesOf(file)[first - 1];
  const known = Object.keys(REASONS[file] ?? {}).find((code) =>
    text.startsWith(code),
  );
  const range = first === last ? `${first}` : `${first}-${last}`;

  return `${range}  ${text}  ${known ? `(${REASONS[file][known]})` : '(no reason is known)'}`;
}

/** A file's lines without their indentation. */
function linesOf(file) {
  const source = path.join(root, file);

  return fs.existsSync(source)
    ? fs
        .readFileSync(source, 'utf8')
        .split('\n')
        .map((line) => line.trim())
    : [];
}
