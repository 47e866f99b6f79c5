/**
 * Takes shell code apart into simple commands, as far as documents go: quotes,
 * comments, continued lines, pipes, substitutions, here-documents.
 */

/** Words before a command that are none of it. */
const KEYWORDS = new Set([
  '!',
  'do',
  'done',
  'elif',
  'else',
  'exec',
  'fi',
  'if',
  'sudo',
  'then',
  'time',
  'until',
  'while',
  '{',
  '}',
]);

const ASSIGNMENT = /^[A-Za-z_]\w*=/;

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
  const reader = new Reader(code);

  reader.read();

  return { commands: reader.commands, documents: reader.documents };
}

class Reader {
  commands = [];
  documents = [];
  #code;
  #at = 0;
  #line = 0;
  #word;
  #words = [];
  #pending = [];

  constructor(code) {
    this.#code = code;
  }

  read() {
    while (this.#at < this.#code.length) {
      this.#step();
    }

    this.#endCommand();
  }

  #step() {
    const rest = this.#code.slice(this.#at);
    const char = rest[0];

    if (rest.startsWith('\\\n')) {
      this.#take(2);
      this.#endWord();
    } else if (char === '\\') {
      this.#add(rest[1] ?? '');
      this.#take(2);
    } else if (char === '#' && this.#word === undefined) {
      this.#take(rest.search(/\n|$/));
    } else if (char === "'") {
      const [all, text] = /^'([^']*)'?/.exec(rest);

      this.#add(text);
      this.#take(all.length);
    } else if (char === '"') {
      const [all, text] = /^"((?:\\[^]|[^"\\])*)"?/.exec(rest);

      this.#add(text);
      this.#substitutions(text);
      this.#take(all.length);
    } else if (rest.startsWith('$(')) {
      const [all] = /^\$\([^)]*\)?/.exec(rest);

      this.#add(all);
      this.#substitutions(all);
      this.#take(all.length);
    } else if (/^<<-?/.test(rest)) {
      const [all, end] = /^<<-?\s*['"]?(\w+)['"]?/.exec(rest);

      this.#endWord();
      this.#pending.push(end);
      this.#take(all.length);
    } else if (/^\d?(>>?|<)(&\d|&-)?/.test(rest) && !/^\d/.test(rest[0])) {
      this.#redirection(rest);
    } else if (/[;&|()\n]/.test(char)) {
      this.#take(1);
      this.#endCommand();

      if (char === '\n') {
        this.#hereDocuments();
      }
    } else if (/\s/.test(char)) {
      this.#take(1);
      this.#endWord();
    } else {
      this.#add(char);
      this.#take(1);
    }
  }

  #take(count) {
    this.#line += this.#code
      .slice(this.#at, this.#at + count)
      .split('\n').length;
    this.#line -= 1;
    this.#at += count;
  }

  #add(text) {
    this.#word = (this.#word ?? '') + text;
  }

  #endWord() {
    if (this.#word !== undefined) {
      this.#words.push({ text: this.#word, line: this.#line });
    }

    this.#word = undefined;
  }

  #redirection(rest) {
    // `2>file`: what looks like a word is the descriptor.
    if (/^\d$/.test(this.#word ?? '')) {
      this.#word = undefined;
    }

    this.#endWord();

    const [all, file] = /^(?:>>?|<)(?:&\d|&-|\s*([^\s;|&<>]+))?/.exec(rest);

    this.#output = file;
    this.#take(all.length);
  }

  #output;

  #endCommand() {
    this.#endWord();

    const words = [...this.#words];
    const env = {};

    this.#words = [];

    while (words.length > 0) {
      const { text } = words[0];

      if (ASSIGNMENT.test(text)) {
        const split = text.indexOf('=');

        env[text.slice(0, split)] = text.slice(split + 1);
      } else if (!KEYWORDS.has(text)) {
        break;
      }

      words.shift();
    }

    if (words.length > 0 && words[0].text !== 'for') {
      this.commands.push({
        env,
        words: words.map(({ text }) => text),
        line: words[0].line,
      });
    }
  }

  #hereDocuments() {
    for (const end of this.#pending) {
      const rest = this.#code.slice(this.#at);
      const { index, 0: closing } = new RegExp(`^\\s*${end}$`, 'm').exec(
        rest,
      ) ?? { index: rest.length, 0: '' };

      if (this.#output) {
        this.documents.push({
          file: this.#output,
          text: rest.slice(0, index),
          line: this.#line,
        });
      }

      this.#take(index + closing.length);
    }

    this.#pending = [];
    this.#output = undefined;
  }

  /** Commands inside of `$(...)`. */
  #substitutions(text) {
    for (const [, inside] of text.matchAll(/\$\(([^)]*)\)/g)) {
      const { commands } = readShell(inside);

      this.commands.push(
        ...commands.map((each) => ({ ...each, line: each.line + this.#line })),
      );
    }
  }
}
