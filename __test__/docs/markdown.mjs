/**
 * Reads Markdown as far as the tests of documents need it: fenced blocks, code
 * spans, links, headings, each with its line.
 *
 * What can't be checked says so with its reason, in a comment before the block:
 *
 *     <!-- unchecked: REASON -->    nothing is looked at
 *     <!-- not run: REASON -->      a program's types are checked, but it isn't run
 */

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { root } from '../../scripts/lib/project.mjs';

/** All documents of the checkout, relative to it. */
export function documents() {
  const listed = execFileSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', '--', '*.md'],
    { cwd: root, encoding: 'utf8' },
  );

  return listed
    .split('\n')
    .filter((file) => file !== '' && fs.existsSync(path.join(root, file)))
    .sort()
    .map((file) => read(file));
}

export function read(file) {
  return parse(file, fs.readFileSync(path.join(root, file), 'utf8'));
}

/**
 * @typedef {object} Block
 * @property {string} language - The info string's first word, '' without one.
 * @property {string} code
 * @property {number} line - Of its first line of code.
 * @property {string} [unchecked] - The reason not to look at it.
 * @property {string} [notRun] - The reason not to run it.
 */

export function parse(file, text) {
  const lines = text.split('\n');
  const blocks = [];
  const prose = [];
  let comments = '';

  for (let index = 0; index < lines.length; index += 1) {
    const opening = /^( *)(`{3,}|~{3,})\s*(\S*)/.exec(lines[index]);

    if (!opening) {
      prose.push(lines[index]);
      comments = commentsUntil(lines[index], comments);
      continue;
    }

    const [, indent, fence, language] = opening;
    const end = lines.findIndex(
      (line, at) => at > index && line.trim() === fence,
    );
    const last = end === -1 ? lines.length : end;

    blocks.push({
      language,
      line: index + 2,
      code: lines
        .slice(index + 1, last)
        .map((line) => line.slice(Math.min(indent.length, line.search(/\S|$/))))
        .join('\n'),
      unchecked: /<!-- unchecked: ([^]+?) -->/.exec(comments)?.[1],
      notRun: /<!-- not run: ([^]+?) -->/.exec(comments)?.[1],
    });
    comments = '';

    // So that lines keep their numbers.
    for (; index < last; index += 1) {
      prose.push('');
    }
    prose.push('');
  }

  return {
    file,
    blocks,
    indented: indentedIn(prose),
    ...inProse(prose.join('\n')),
  };
}

/** The comments that stand directly before what comes next. */
function commentsUntil(line, before) {
  if (line.trim() === '') {
    return before;
  }

  const isComment = line.includes('<!--') || /<!--(?![^]*-->)/.test(before);

  return isComment ? `${before}${line}\n` : '';
}

/** Lines of blocks that are code by their indentation alone. */
function indentedIn(lines) {
  let isInList = false;

  return lines.flatMap((line, index) => {
    if (/^ {0,3}([-*+]|\d+[.)]) /.test(line)) {
      isInList = true;
    } else if (/^\S/.test(line)) {
      isInList = false;
    }

    const isCode =
      !isInList && /^ {4}\S/.test(line) && (lines[index - 1] ?? '') === '';

    return isCode ? [index + 1] : [];
  });
}

function inProse(text) {
  const spans = [...text.matchAll(/(?<!`)(`+)(?!`)([^]*?[^`])\1(?!`)/g)]
    .filter(([, , code]) => !code.includes('\n\n'))
    .map((match) => ({
      code: match[2].replaceAll(/\s+/g, ' ').trim(),
      line: lineAt(text, match.index),
    }));
  // What looks like a link in code is none.
  const plain = text
    .replaceAll(/(?<!`)`[^`]*`/g, (code) => code.replaceAll(/[^\n]/g, 'x'))
    .replaceAll(/<!--[^]*?-->/g, (code) => code.replaceAll(/[^\n]/g, ' '));
  const links = [
    ...plain.matchAll(/\]\(<?([^()\s>]+(?:\([^()\s]*\))?)>?(?: "[^"]*")?\)/g),
    ...plain.matchAll(/^ {0,3}\[[^\]]+\]: *<?(\S+?)>?$/gm),
    ...plain.matchAll(/<(?:a|img)\b[^>]*\b(?:href|src)="([^"]+)"/g),
  ].map((match) => ({ target: match[1], line: lineAt(text, match.index) }));

  return { spans, links, anchors: anchorsOf(text), text };
}

function lineAt(text, index) {
  return text.slice(0, index).split('\n').length;
}

/** As forges make them of headings. */
function anchorsOf(text) {
  const counts = new Map();
  const anchors = new Set(
    [...text.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, name]) => name),
  );

  for (const [, heading] of text.matchAll(/^#{1,6} +(.*?)(?: +#+)?$/gm)) {
    const slug = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(/\s/g, '-');
    const count = counts.get(slug) ?? 0;

    counts.set(slug, count + 1);
    anchors.add(count === 0 ? slug : `${slug}-${count}`);
  }

  return anchors;
}
