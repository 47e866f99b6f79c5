'use strict';

/**
 * Takes JavaScript, TypeScript and JSON apart into tokens: as much of the languages as it takes to tell
 * code from comments, strings and regular expressions. A parser of all of TypeScript would be larger than
 * the package itself.
 *
 * What it can't make sense of (an apostrophe in the text of JSX, say) is a punctuator of one character,
 * and it goes on after it. So it never fails, and offsets are always those of the text.
 *
 * @typedef {object} Token
 * @property {'name' | 'number' | 'string' | 'template' | 'regexp' | 'punctuator'} type
 * @property {string} text as it stands in the source; of a template, a part between two expressions
 * @property {string} [value] of a string, and of a template: without quotes, escapes left as they are
 * @property {number} start offset of its first character
 * @property {number} end offset behind its last one
 */

const SPACE = /[\s\uFEFF]+/y;
const LINE_COMMENT = /\/\/[^\n\r]*|#![^\n\r]*/y;
const BLOCK_COMMENT = /\/\*[^]*?\*\//y;
const NAME = /#?[\p{ID_Start}$_][\p{ID_Continue}$\u200C\u200D]*/uy;
const NUMBER = /\.?\d[\w.]*/y;
const STRING = /'(?:[^'\\\n\r]|\\[^])*'|"(?:[^"\\\n\r]|\\[^])*"/y;
const REGEXP = /\/(?:[^/\\[\n\r]|\\.|\[(?:[^\]\\\n\r]|\\.)*\])+\/[a-z]*/y;

/** Up to the template's end or its next expression. */
const TEMPLATE = /(?:[^`\\$]|\\[^]|\$(?!\{))*(`|\$\{)/y;

/** After these words an expression begins, so that a slash is none of a division. */
const BEFORE_EXPRESSION = new Set(
  'await case delete do else in instanceof new of return throw typeof void yield'.split(
    ' ',
  ),
);

/** After these an expression has ended. */
const AFTER_EXPRESSION = new Set([')', ']', '}']);

/**
 * @param {string} text
 * @returns {Token[]}
 */
function tokensOf(text) {
  const tokens = [];
  /** Per template that is open: how many braces are open in its expression. */
  const templates = [];
  let at = 0;

  const match = (pattern) => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  const add = (type, found, value) => {
    tokens.push({
      type,
      text: found,
      value,
      start: at,
      end: at + found.length,
    });
    at += found.length;
  };
  /** A part of a template, from its backtick or the brace that ended an expression. */
  const addTemplatePart = () => {
    TEMPLATE.lastIndex = at + 1;
    const part = TEMPLATE.exec(text);
    if (!part) {
      add('punctuator', text[at]);
      return;
    }
    const [inside, end] = part;
    add('template', text[at] + inside, inside.slice(0, -end.length));
    if (end === '${') templates.push(0);
  };

  while (at < text.length) {
    const ignored =
      match(SPACE) ?? match(BLOCK_COMMENT) ?? commentAt(match, text, at);
    if (ignored) {
      at += ignored.length;
      continue;
    }
    const character = text[at];
    let found;
    if (character === '`') {
      addTemplatePart();
    } else if (character === '}' && templates.at(-1) === 0) {
      templates.pop();
      addTemplatePart();
    } else if ((found = match(STRING))) {
      add('string', found, found.slice(1, -1));
    } else if ((found = match(NAME))) {
      add('name', found);
    } else if ((found = match(NUMBER))) {
      add('number', found);
    } else if (beginsRegexp(text, at, tokens) && (found = match(REGEXP))) {
      add('regexp', found);
    } else {
      if (templates.length > 0 && '{}'.includes(character)) {
        templates[templates.length - 1] += character === '{' ? 1 : -1;
      }
      add('punctuator', character);
    }
  }
  return tokens;
}

/** A comment to the end of the line; `#!` is one in the first line alone. */
function commentAt(match, text, at) {
  return text[at] === '#' && at > 0 ? undefined : match(LINE_COMMENT);
}

/** Whether a slash can begin a regular expression here; in `</tag>` it doesn't. */
function beginsRegexp(text, at, tokens) {
  if (text[at] !== '/') return false;
  const before = tokens.at(-1);
  if (!before) return true;
  if (before.type === 'name') return BEFORE_EXPRESSION.has(before.text);
  return (
    before.type === 'punctuator' &&
    before.text !== '<' &&
    !AFTER_EXPRESSION.has(before.text)
  );
}

exports.tokensOf = tokensOf;
