'use strict';

/** Moves in a row of tokens by its brackets. */

const CLOSING = { '(': ')', '[': ']', '{': '}' };
const CLOSINGS = new Set(Object.values(CLOSING));

/** Index of the bracket that closes the one at `index`; the last token's if there is none. */
function closingOf(tokens, index) {
  let depth = 0;
  for (let at = index; at < tokens.length; at += 1) {
    depth += depthOf(tokens[at]);
    if (depth === 0) return at;
  }
  return tokens.length - 1;
}

/** The tokens between the bracket at `index` and its closing one. */
function insideOf(tokens, index) {
  return tokens.slice(index + 1, closingOf(tokens, index));
}

/** The tokens of the value of a property whose colon is at `index`. */
function valueOf(tokens, index) {
  let depth = 0;
  let at = index + 1;
  for (; at < tokens.length; at += 1) {
    const { text, type } = tokens[at];
    if (depth === 0 && type === 'punctuator' && ',;)]}'.includes(text)) break;
    depth += depthOf(tokens[at]);
  }
  return tokens.slice(index + 1, at);
}

function depthOf({ type, text }) {
  if (type !== 'punctuator') return 0;
  if (text in CLOSING) return 1;
  return CLOSINGS.has(text) ? -1 : 0;
}

/**
 * The properties of these names that are given a value: `{ name: value }`, `{ name }`, `a.name = value`.
 * Types and parameters aren't.
 *
 * @param {Set<string>} names
 * @returns {{ name: string, index: number, value: object[] }[]} of `{ name }`, `value` is the name
 */
function propertiesOf(tokens, names) {
  const properties = [];
  tokens.forEach((token, index) => {
    const name = token.type === 'string' ? token.value : token.text;
    if (!names.has(name)) return;
    const before = tokens[index - 1]?.text;
    const after = tokens[index + 1]?.text;
    const isMember = before === '{' || before === ',';
    if (isMember && after === ':') {
      properties.push({ name, index, value: valueOf(tokens, index + 1) });
    } else if (
      before === '.' &&
      after === '=' &&
      !'=>'.includes(tokens[index + 2]?.text)
    ) {
      properties.push({ name, index, value: valueOf(tokens, index + 1) });
    } else if (isMember && (after === ',' || after === '}')) {
      properties.push({ name, index, value: [token] });
    }
  });
  return properties;
}

/**
 * The calls of these functions, whosever members they are.
 *
 * @param {Set<string>} names
 * @returns {{ index: number, given: object[] }[]} `given` are the tokens between the parentheses
 */
function callsOf(tokens, names) {
  return tokens.flatMap((token, index) =>
    token.type === 'name' &&
    names.has(token.text) &&
    tokens[index + 1]?.text === '('
      ? [{ index, given: insideOf(tokens, index + 1) }]
      : [],
  );
}

exports.callsOf = callsOf;
exports.closingOf = closingOf;
exports.insideOf = insideOf;
exports.propertiesOf = propertiesOf;
