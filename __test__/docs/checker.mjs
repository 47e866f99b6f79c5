/**
 * Checker of a document's code blocks: runs, type-checks or parses each by its language, and returns the
 * errors with their lines. `blocks.test.mjs` calls it for all documents. It leaves out blocks of the language
 * `text`, and those with a comment before them that gives a reason (markdown.mjs).
 */

import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { root } from '../../scripts/lib/project.mjs';
import { selfSignedCertificate } from '../support/certificate.mjs';
import { ours, workspace } from '../types/workspace.mjs';
import { commandErrors, isOwnPath, pathErrors } from './commands.mjs';
import { formats } from './formats.mjs';
import { LANGUAGES, checkTypes, runProgram } from './programs.mjs';
import { serve } from './serve.mjs';
import { readShell } from './shell.mjs';

/** Not code: output, a picture, bytes on a wire. */
const TEXT = new Set(['text', 'mermaid']);

/** Tells of what was, and of what was thought of and not done. */
const HISTORY = /^(CHANGELOG\.md|docs\/adr\/.*)$/;

/** Stands for what a shell puts in the place of a variable: long enough for a secret. */
const VALUE = '0123456789abcdef0123456789abcdef';

const SHELLS = new Set(['sh', 'bash', 'shell', 'console']);

/** Folder that has everything which documents' programs and commands expect. */
export class Checker {
  /** Counts of blocks, by the way in which they were checked. */
  counts = new Map();

  /** With the files of deploy/. */
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'remote-mediasoup-docs-'));

  /** An application's, with the package installed. */
  #application;
  #server;

  /** @param {string} name - Unique among the tests, as they run side by side. */
  static async start(name) {
    const checker = new Checker();

    fs.cpSync(path.join(root, 'deploy'), checker.folder, { recursive: true });
    checker.#application = workspace(name, {
      mediasoup: ours,
      'remote-mediasoup': ours,
    });
    await makeKeys(checker.#application);
    checker.#server = await serve(checker.folder);

    return checker;
  }

  async stop() {
    await this.#server.stop();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  /**
   * @param {ReturnType<import('./markdown.mjs').parse>} document
   * @returns {Promise<string[]>} What is wrong, each as `FILE:LINE: WHAT`.
   */
  async errorsOf({ file, blocks, indented, spans }) {
    const errors = [];
    const report = (line, message) =>
      errors.push(`${file}:${line}: ${message}`);

    indented.forEach((line) =>
      report(
        line,
        'a block by indentation has no language: fence it with ``` and name one, or `text`',
      ),
    );

    await this.#checkPrograms(blocks, report);
    for (const block of blocks) {
      await this.#checkBlock(block, report);
    }
    if (!HISTORY.test(file)) {
      spans.forEach((span) => this.#checkSpan(span, report));
    }

    return errors;
  }

  #count(what) {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  async #checkPrograms(blocks, report) {
    const chosen = blocks.filter(
      ({ language, unchecked }) => LANGUAGES.has(language) && !unchecked,
    );
    const results = checkTypes(chosen, this.#application);

    for (const [index, block] of chosen.entries()) {
      const { errors, isWhole, file } = results[index];

      errors.forEach(({ line, message }) => report(block.line + line, message));

      if (errors.length === 0 && isWhole && !block.notRun) {
        (await runProgram(file, this.#server.url)).forEach((message) =>
          report(block.line, message),
        );
        this.#count('run');
      } else {
        this.#count('type-checked');
      }
    }
  }

  async #checkBlock({ language, code, line, unchecked }, report) {
    if (unchecked) {
      this.#count('not checked, with a reason');
    } else if (TEXT.has(language)) {
      this.#count('of text');
    } else if (SHELLS.has(language)) {
      await this.#checkShell(code, language, line, report);
      this.#count('of commands');
    } else if (Object.hasOwn(formats, language)) {
      (await formats[language](code, this.folder)).forEach((message) =>
        report(line, message),
      );
      this.#count('of data');
    } else if (!LANGUAGES.has(language)) {
      report(
        line - 1,
        language
          ? `nothing here checks ${language}: write before it <!-- unchecked: REASON -->, or teach formats.mjs`
          : 'a block without a language: name one after ```, or `text` if it is not code',
      );
    }
  }

  async #checkShell(code, language, line, report) {
    const script = language === 'console' ? typedIn(code) : code;
    const { status, stderr } = spawnSync('bash', ['-n'], {
      input: script,
      encoding: 'utf8',
    });

    if (status !== 0) {
      report(line, `no shell code: ${stderr.trim()}`);

      return;
    }

    const { commands, documents: files } = readShell(script);

    for (const { file, text, line: at } of files) {
      const format = formats[path.extname(file).slice(1)];
      const content = text.replaceAll(/\$\{?\w+\}?/g, VALUE);

      fs.writeFileSync(path.join(this.folder, path.basename(file)), content);
      (await format?.(content, this.folder))?.forEach((message) =>
        report(line + at, message),
      );
    }
    for (const command of commands) {
      commandErrors(command, this.folder).forEach((message) =>
        report(line + command.line, message),
      );
    }
  }

  /** Commands and paths in the midst of prose: what a figure was measured by, where something is. */
  #checkSpan({ code, line }, report) {
    if (/^(npm|npx|node|cargo|remote-mediasoup) \S/.test(code)) {
      readShell(code).commands.forEach((command) =>
        commandErrors(command, this.folder).forEach((message) =>
          report(line, message),
        ),
      );
    } else if (isOwnPath(code) && !/\s/.test(code)) {
      pathErrors(code.replace(/:\d+$/, '')).forEach((message) =>
        report(line, message),
      );
    }
  }
}

/** A console's lines after a prompt; the others are what was answered. */
function typedIn(code) {
  return code
    .split('\n')
    .map((line) => /^[$#] (.*)$/.exec(line)?.[1] ?? '')
    .join('\n');
}

/** PEM files under the names that programs in documents use. */
async function makeKeys(directory) {
  const write = (name, text) =>
    fs.writeFileSync(path.join(directory, name), text);
  const { certificate, privateKey } = await selfSignedCertificate('localhost');
  const signing = generateKeyPairSync('ed25519').privateKey;

  write('cert.pem', certificate);
  write('key.pem', privateKey);
  write('private.pem', signing.export({ type: 'pkcs8', format: 'pem' }));
}
