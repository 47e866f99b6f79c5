/**
 * Parser of shell code in documents: returns its simple commands, wherever they stand, and the files that it
 * writes. The checker of documents (`checker.mjs`) looks at each of them.
 */

import { forEachChild, parse } from 'unbash';

/** Programs that run the rest of their command. */
const RUNNERS = new Set(['exec', 'sudo']);

/**
 * @typedef {object} Command
 * @property {Record<string, string>} env - Assignments before it.
 * @property {string[]} words - Without quotes; variables stay as they are written.
 * @property {number} line - From 0.
 *
 * @returns {{commands: Command[], documents: {file: string, text: string, line: number}[]}}
 * `documents` are the here-documents that go into files.
 */
export function readShell(code) {
  const commands = [];
  const documents = [];
  const lineOf = ({ pos }) => code.slice(0, pos).split('\n').length - 1;
  const visit = (node) => {
    forEachChild(node, visit);

    if (node.type === 'Command') {
      const words = [node.name, ...node.args].filter(Boolean);

      while (RUNNERS.has(words[0]?.value)) {
        words.shift();
      }
      if (words.length > 0) {
        commands.push({
          env: Object.fromEntries(
            node.prefix
              .filter(({ type }) => type === 'Assignment')
              .map(({ name, value }) => [name, value.value]),
          ),
          words: words.map(({ type, value, text }) =>
            type === 'Assignment' ? text : value,
          ),
          line: lineOf(words[0]),
        });
      }

      const file = node.redirects.find(({ operator }) =>
        ['>', '>>'].includes(operator),
      );

      for (const { body } of node.redirects.filter((each) => each.body)) {
        if (file) {
          documents.push({
            file: file.target.value,
            text: body.text,
            line: lineOf(body),
          });
        }
      }
    }
  };

  visit(parse(code));

  return { commands, documents };
}
