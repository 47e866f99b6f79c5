'use strict';

const { tokensOf } = require('./tokens');

/** Where tests and what stands in for others in them are: it says nothing of the application itself. */
const TEST =
  /(^|\/)(__tests__|__mocks__|tests?|specs?|e2e)\/|\.(test|spec)\.[^/]+$/;

/** A file of an application. */
class Source {
  #tokens;
  #lineStarts;

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

  get tokens() {
    this.#tokens ??= tokensOf(this.text);
    return this.#tokens;
  }

  /** The number of the line, from 1, that an offset is in. */
  lineOf(offset) {
    this.#lineStarts ??= lineStartsOf(this.text);
    let low = 0;
    let high = this.#lineStarts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#lineStarts[middle] <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  /** A place in it, as reports name it. */
  place(offset) {
    const line = this.lineOf(offset);
    const start = this.#lineStarts[line - 1];
    const end = this.#lineStarts[line] ?? this.text.length;
    return {
      file: this.file,
      line,
      code: this.text.slice(start, end).trim(),
    };
  }
}

function lineStartsOf(text) {
  const starts = [0];
  for (
    let at = text.indexOf('\n');
    at !== -1;
    at = text.indexOf('\n', at + 1)
  ) {
    starts.push(at + 1);
  }
  return starts;
}

exports.Source = Source;
