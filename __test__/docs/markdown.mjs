/**
 * Parser of Markdown for the tests of documents: it returns fenced blocks, code spans, links and headings,
 * each with its line.
 *
 * A block that can't be checked has a comment before it, with the reason:
 *
 *     <!-- unchecked: REASON -->    the block is left out
 *     <!-- not run: REASON -->      a program's types are checked, but it isn't run
 */

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import Slugger from 'github-slugger';
import MarkdownIt from 'markdown-it';

import { root } from '../../scripts/lib/project.mjs';

const markdown = new MarkdownIt({ html: true });

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
  const document = {
    file,
    text,
    blocks: [],
    indented: [],
    spans: [],
    links: [],
    /** As forges make them of headings. */
    anchors: new Set(),
  };
  const slugger = new Slugger();
  let comments = '';
  let isHeading = false;
  let line = 1;

  for (const token of markdown.parse(text, {})) {
    const { type, content, map, children } = token;

    line = map ? map[0] + 1 : line;
    isHeading = type === 'heading_open' || (isHeading && type === 'inline');

    if (type === 'fence') {
      document.blocks.push({
        language: token.info.split(/\s/)[0],
        line: line + 1,
        code: content.replace(/\n$/, ''),
        unchecked: /<!-- unchecked: ([^]+?) -->/.exec(comments)?.[1],
        notRun: /<!-- not run: ([^]+?) -->/.exec(comments)?.[1],
      });
    } else if (type === 'code_block') {
      document.indented.push(line);
    } else if (type === 'inline') {
      readInline(children, line, document);

      if (isHeading) {
        document.anchors.add(
          slugger.slug(children.map((each) => each.content).join('')),
        );
      }
    } else if (type === 'html_block') {
      readHtml(content, line, document);
    }

    // Comments hold for the block directly behind them.
    comments = type === 'html_block' ? comments + content : '';
  }

  return document;
}

function readInline(tokens, first, document) {
  let line = first;

  for (const token of tokens) {
    const { type, content } = token;
    const target = token.attrGet('href') ?? token.attrGet('src');

    if (type === 'softbreak' || type === 'hardbreak') {
      line += 1;
    } else if (type === 'code_inline') {
      document.spans.push({
        code: content.replaceAll(/\s+/g, ' ').trim(),
        line,
      });
    } else if (type === 'html_inline') {
      readHtml(content, line, document);
    } else if (target) {
      document.links.push({ target, line });
    }
  }
}

function readHtml(html, line, { anchors, links }) {
  for (const [, name] of html.matchAll(/<a (?:id|name)="([^"]+)"/g)) {
    anchors.add(name);
  }
  for (const [, target] of html.matchAll(
    /<(?:a|img)\b[^>]*\b(?:href|src)="([^"]+)"/g,
  )) {
    links.push({ target, line });
  }
}
