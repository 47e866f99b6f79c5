/**
 * Source file of the application that is ported, parsed when its syntax is first needed. `files.mjs` creates
 * one per file; the porting tool's analysis reads its syntax nodes, or the reason why it can't be parsed.
 */

import { nodesIn } from './syntax.mjs';

/** Folders and names of tests and mocks: nothing in them describes the application itself. */
const TEST =
  /(^|\/)(__tests__|__mocks__|tests?|specs?|e2e)\/|\.(test|spec)\.[^/]+$/;

/** Line ends as the parser counts them. */
const LINE_END = /\r\n|[\n\r\u2028\u2029]/;

/** Text of one file and its syntax. */
export class Source {
  #lines;
  #parsed;

  /**
   * @param {string} file relative to the application, with slashes
   * @param {string} text
   */
  constructor(file, text) {
    this.file = file;
    this.text = text;
  }

  get isJson() {
    return this.file.endsWith('.json');
  }

  get isTest() {
    return TEST.test(this.file);
  }

  /** Its syntax nodes in the order of the text, each with its `parent`; none if it can't be parsed. */
  get nodes() {
    return this.#parse().nodes;
  }

  /** The reason why it can't be parsed, and the `line` of it; `undefined` if it can. */
  get failure() {
    return this.#parse().failure;
  }

  /** A line of it, as reports name it. */
  place(line) {
    this.#lines ??= this.text.split(LINE_END);
    return { file: this.file, line, code: this.#lines[line - 1].trim() };
  }

  #parse() {
    this.#parsed ??= nodesIn(this.file, this.text);
    return this.#parsed;
  }
}

/** The line, from 1, where a node begins. */
export function lineOf(node) {
  return node.loc.start.line;
}
