'use strict';

/** Changes of texts, and the unified diff that shows and undoes them. */

const CONTEXT_LINES = 3;

/**
 * @param {string} text
 * @param {{ start: number, end: number, text: string }[]} changes that don't overlap, none of which adds or
 *   removes a line
 */
function changed(text, changes) {
  let result = '';
  let at = 0;
  for (const change of changes.toSorted((a, b) => a.start - b.start)) {
    result += text.slice(at, change.start) + change.text;
    at = change.end;
  }
  return result + text.slice(at);
}

/**
 * The unified diff of two texts of as many lines, as `git apply` and `patch -p1` take it.
 *
 * @param {string} file its name, with slashes and without control characters
 */
function diffOf(file, before, after) {
  const old = linesOf(before);
  const now = linesOf(after);
  const hunks = hunksOf(
    old.map((_, index) => index).filter((index) => old[index] !== now[index]),
    old.length,
  );
  if (hunks.length === 0) return '';
  const body = hunks.map(([from, to]) => {
    const range = `${from + 1},${to - from}`;
    return `@@ -${range} +${range} @@\n${hunkOf(old, now, from, to)}`;
  });
  // `patch` takes a name with a space for shorter than it is, unless a tab ends it.
  const name = file.includes(' ') ? `${file}\t` : file;
  return `--- a/${name}\n+++ b/${name}\n${body.join('')}`;
}

/** Each with its end; only the last may have none. */
function linesOf(text) {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Ranges of lines, the ends not included, around the lines that differ. */
function hunksOf(differing, count) {
  const hunks = [];
  for (const index of differing) {
    const from = Math.max(0, index - CONTEXT_LINES);
    const to = Math.min(count, index + CONTEXT_LINES + 1);
    const last = hunks.at(-1);
    if (last && last[1] >= from) last[1] = to;
    else hunks.push([from, to]);
  }
  return hunks;
}

function hunkOf(old, now, from, to) {
  let text = '';
  for (let at = from; at < to;) {
    let end = at;
    while (end < to && old[end] !== now[end]) end += 1;
    for (const line of old.slice(at, end)) text += marked('-', line);
    for (const line of now.slice(at, end)) text += marked('+', line);
    if (end < to) text += marked(' ', old[end]);
    at = end + 1;
  }
  return text;
}

function marked(mark, line) {
  return line.endsWith('\n')
    ? `${mark}${line}`
    : `${mark}${line}\n\\ No newline at end of file\n`;
}

exports.changed = changed;
exports.diffOf = diffOf;
