/**
 * Check of code blocks that are data (JSON, TOML, YAML, systemd units, diffs). The checker of documents
 * (`checker.mjs`) calls the function of the block's language, which parses it by the program that reads such
 * a file in use, where there is one, and throws if it is wrong.
 */

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parse as parseToml } from 'smol-toml';
import ts from 'typescript';
import { parse as parseYaml } from 'yaml';

import { helpOf, serveErrors } from './commands.mjs';
import { serve } from './serve.mjs';

/** Type, path, mode, user, group, age; or a comment. */
const TMPFILES_LINE = /^(#.*|[a-zA-Z][-+!=~^]* \/\S+ 0[0-7]{3} \S+ \S+ -)?$/;

/** Beginnings of the lines of a diff. */
const DIFF_LINE = /^([ +-]|@@ |diff |index |\\|$)/;

/**
 * Language to a check, which is given the text and a folder to work in, and
 * returns or resolves with what is wrong.
 */
export const formats = {
  json: (text) => attempt(() => JSON.parse(text)),
  jsonc: (text) => {
    const { error } = ts.parseConfigFileTextToJson('block.json', text);

    return error
      ? [ts.flattenDiagnosticMessageText(error.messageText, '\n')]
      : [];
  },
  yaml: (text) => attempt(() => parseYaml(text)),
  toml: tomlErrors,
  ini: unitErrors,
  systemd: unitErrors,
  tmpfiles: tmpfilesErrors,
  diff: diffErrors,
};

async function tomlErrors(text, folder) {
  let content;

  try {
    content = parseToml(text);
  } catch (error) {
    return [`no TOML: ${error.message}`];
  }

  const file = path.join(folder, 'block.toml');
  const keys = Object.keys(content);

  if (keys.length > 0 && keys.every((key) => isOption(key, content[key]))) {
    fs.writeFileSync(file, text);

    return serveErrors(['serve', '--config', file], {}, folder);
  }
  if (keys.some((key) => key === 'tokens' || key === 'keys')) {
    fs.writeFileSync(file, text);

    return tokenErrors(file, folder);
  }

  return [];
}

/** True if this is how the server calls one of its options; tables are not options of it. */
function isOption(key, value) {
  const hasTable = [value].flat().some((each) => typeof each === 'object');

  return !hasTable && new RegExp(`--${key}(?![\\w-])`).test(helpOf('serve'));
}

/** A file of tokens is right where a server starts with it. */
async function tokenErrors(file, folder) {
  const { url, said, stop } = await serve(folder, '--token-file', file);

  await stop();

  return url ? [] : [`the server refuses it: ${said.join('\n')}`];
}

/** By systemd itself where it is there, its programs replaced by one that exists. */
function unitErrors(text, folder) {
  const errors = text
    .split('\n')
    .map((line, index) => [line, index])
    .filter(
      ([line]) => !/^\s*([#;].*)?$|^\[[\w-]+\]$|^[\w.-]+ *=|^\s+\S/.test(line),
    )
    .map(
      ([line, index]) =>
        `line ${index + 1}: neither a section nor a key: ${line}`,
    );

  if (errors.length > 0 || !/^\[(Service|Unit)\]/m.test(text)) {
    return errors;
  }

  const file = path.join(folder, 'block.service');

  fs.writeFileSync(
    file,
    text.replaceAll(/^(Exec\w+=[-+!@]*)\S+/gm, '$1/bin/true'),
  );

  try {
    execFileSync('systemd-analyze', ['verify', file], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    return error.code === 'ENOENT'
      ? []
      : [`systemd-analyze verify: ${String(error.stderr).trim()}`];
  }

  return [];
}

/** By systemd itself where it is there, below a folder; else line by line. */
function tmpfilesErrors(text, folder) {
  const file = path.join(folder, 'tmpfiles.conf');
  const below = fs.mkdtempSync(path.join(folder, 'root-'));

  fs.writeFileSync(file, text);

  try {
    execFileSync('systemd-tmpfiles', ['--create', `--root=${below}`, file], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    if (error.code !== 'ENOENT') {
      return [`systemd-tmpfiles: ${String(error.stderr).trim()}`];
    }
  }

  return text
    .split('\n')
    .filter((line) => !TMPFILES_LINE.test(line))
    .map((line) => `no line of tmpfiles.d: ${line}`);
}

function diffErrors(text) {
  const wrong = text
    .split('\n')
    .map((line, index) => [line, index])
    .filter(([line]) => !DIFF_LINE.test(line))
    .map(
      ([line, index]) =>
        `line ${index + 1} of the diff begins with none of " +-": ${line}`,
    );

  return /^[+-]/m.test(text)
    ? wrong
    : [...wrong, 'a diff that changes nothing'];
}

function attempt(read) {
  try {
    read();

    return [];
  } catch (error) {
    return [error.message];
  }
}
