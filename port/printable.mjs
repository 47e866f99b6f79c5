/**
 * Text of the ported application (names of files, lines of code), made safe for a terminal: the porting tool
 * prints it through here. An escape sequence in it could rewrite what the terminal shows; a line break could
 * forge a line of the report.
 */

/** Control and format characters (among them those that reverse text) and line separators. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** True if a text can be shown, and written into a patch, unchanged. */
export function isPrintable(text) {
  return text.search(UNPRINTABLE) === -1;
}

/** Replaces unprintable characters by `\x1b` and the like; line ends and tabs stay. */
export function printable(text) {
  return text.replace(UNPRINTABLE, (character, at) =>
    /^(\n|\t|\r\n)/.test(text.slice(at, at + 2))
      ? character
      : escaped(character),
  );
}

/** Copy of a value in which every text is printable and has one line. */
export function printableValue(value) {
  if (typeof value === 'string') return value.replace(UNPRINTABLE, escaped);
  if (Array.isArray(value)) return value.map(printableValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, printableValue(member)]),
  );
}

/** JSON text with the same meaning, of printable characters alone. */
export function printableJson(json) {
  const unicode = (unit) =>
    `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return json.replace(UNPRINTABLE, (character) =>
    character === '\n' ? character : character.split('').map(unicode).join(''),
  );
}

function escaped(character) {
  const code = character.codePointAt(0).toString(16);
  return code.length > 2 ? `\\u{${code}}` : `\\x${code.padStart(2, '0')}`;
}
