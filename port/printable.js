'use strict';

/**
 * Texts of others, made fit for a terminal. An escape sequence in a file's name or in a line of its code
 * could rewrite what the terminal shows, a line break could look like a line of ours.
 */

/** Control and format characters (those that turn the direction of text among them) and separators of lines. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Whether a text can be shown, and written into a patch, as it is. */
function isPrintable(text) {
  return text.search(UNPRINTABLE) === -1;
}

/** A text with `\x1b` and the like in place of what can't be shown; ends of lines and tabs stay. */
function printable(text) {
  return text.replace(UNPRINTABLE, (character, at) => {
    const isLayout =
      character === '\n' ||
      character === '\t' ||
      (character === '\r' && text[at + 1] === '\n');
    return isLayout ? character : escaped(character);
  });
}

/** The same on one line. */
function printableLine(text) {
  return text.replace(UNPRINTABLE, escaped);
}

/** A value whose texts, wherever they are in it, are on one line each. */
function printableValue(value) {
  if (typeof value === 'string') return printableLine(value);
  if (Array.isArray(value)) return value.map(printableValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, printableValue(member)]),
  );
}

/** JSON text of the same meaning. */
function printableJson(json) {
  return json.replace(UNPRINTABLE, (character) =>
    character === '\n'
      ? character
      : Array.from(
          { length: character.length },
          (_, at) =>
            `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
        ).join(''),
  );
}

function escaped(character) {
  const code = character.codePointAt(0).toString(16);
  return code.length > 2 ? `\\u{${code}}` : `\\x${code.padStart(2, '0')}`;
}

exports.isPrintable = isPrintable;
exports.printable = printable;
exports.printableJson = printableJson;
exports.printableValue = printableValue;
