/**
 * Sample applications for the tests of porting, one per style of import, each in a copy that its test may
 * change. `Application` creates the copy, installs the package in mediasoup's place and runs the program.
 *
 * They are shaped like existing applications: `require` like BigBlueButton's SFU, `require-cpus` like
 * MiroTalk, `typescript-node10` like EduMeet's media node, `typescript-node16` like mediasoup's demo,
 * `typescript-bundler` like Odoo's SFU.
 */

import { execFile } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const require = createRequire(import.meta.url);
const FIXTURES = fileURLToPath(new URL('fixtures', import.meta.url));
const execute = promisify(execFile);

/** Time limit of an application. */
const TIMEOUT_MS = 300_000;

/**
 * Name to what it takes to run it and what it says: `check`, `build` and `run` are commands of node, and
 * `output` is what the last line of its standard output holds, as JSON.
 */
export const applications = {
  require: {
    run: ['server.js'],
    output: { worker: 'worker-0', type: 'plain-rtp-transport' },
  },
  'require-cpus': {
    run: ['src/Server.js'],
    output: { address: '203.0.113.7' },
  },
  'import-default': {
    run: ['server.js'],
    output: { heard: 'hello', isSame: true },
  },
  'import-named': {
    run: ['server.js'],
    output: { isSeen: true, isSame: true, isKnown: true },
  },
  subpaths: {
    run: ['server.cjs'],
    output: { isOld: true, isEmitter: true, codecs: 0, isClosed: true },
  },
  'subpaths, imported': {
    folder: 'subpaths',
    run: ['server.mjs'],
    output: { functions: ['function', 'function'], name: 'UnsupportedError' },
  },
  'typescript-node10': {
    build: [tool('typescript', 'bin/tsc')],
    run: ['dist/server.js'],
    output: { room: 'lobby', isOneRouter: true, candidates: 1 },
  },
  'typescript-node16': {
    build: [tool('typescript', 'bin/tsc')],
    run: ['dist/index.js'],
    output: { started: 2, isPiped: true, left: 0 },
  },
  'typescript-bundler': {
    check: [tool('typescript', 'bin/tsc')],
    build: [
      tool('esbuild', 'bin/esbuild'),
      ...['src/server.ts', '--outfile=dist/server.js'],
      ...['--bundle', '--platform=node', '--format=esm'],
      '--packages=external',
    ],
    run: ['dist/server.js'],
    output: { address: 'sfu.example.com' },
  },
  jest: { run: [tool('jest', 'bin/jest.js'), '--ci'] },
  vitest: { run: [tool('vitest', 'vitest.mjs'), 'run'] },
};

/** A program of a package that is installed, or (where it isn't) why it can't be run. */
function tool(name, file) {
  return { name, file };
}

/** An application in a folder of its own. */
export class Application {
  /** @param {string} [parent] - A folder with the package installed; without it, there is none. */
  constructor(name, parent = os.tmpdir()) {
    const { folder = name, ...how } = applications[name];

    this.how = how;
    this.folder = fs.mkdtempSync(path.join(parent, 'remote-mediasoup-test-'));
    fs.cpSync(path.join(FIXTURES, folder), this.folder, { recursive: true });
    this.#install('@types', path.dirname(folderOf('@types/node')));
    if (name === 'vitest') this.#install('vitest', folderOf('vitest'));
  }

  /** Tools of this checkout's. */
  #install(name, target) {
    const modules = path.join(this.folder, 'node_modules');

    fs.mkdirSync(modules, { recursive: true });
    fs.symlinkSync(target, path.join(modules, name), 'junction');
  }

  /** Checks its types and compiles it, if it is to be compiled. */
  async build() {
    for (const step of ['check', 'build']) {
      if (this.how[step]) await this.#node(this.how[step], {});
    }
  }

  /** Rejects with what it said where it fails. */
  async run(env = {}) {
    return this.#node(this.how.run, env);
  }

  async #node(command, env) {
    const [program, ...args] = command.map((part) =>
      typeof part === 'string'
        ? part
        : path.join(folderOf(part.name), part.file),
    );
    // esbuild's is a program of the machine where its install script has run.
    const isScript =
      !path.isAbsolute(program) || /^(#!|['"/]|import)/.test(head(program));
    const [file, ...before] = isScript
      ? [process.execPath, program]
      : [program];

    try {
      return await execute(file, [...before, ...args], {
        cwd: this.folder,
        env: { ...withoutServer(process.env), ...env },
        timeout: TIMEOUT_MS,
      });
    } catch (error) {
      throw new Error(
        `${args.join(' ')}: ${error.message}\n${error.stdout}\n${error.stderr}`,
        { cause: error },
      );
    }
  }

  read(file) {
    return fs.readFileSync(path.join(this.folder, file), 'utf8');
  }

  write(file, text) {
    fs.mkdirSync(path.dirname(path.join(this.folder, file)), {
      recursive: true,
    });
    fs.writeFileSync(path.join(this.folder, file), text);
  }

  remove() {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The folder of a package that is installed; `npm ci` installs what isn't. */
function folderOf(name) {
  return path.dirname(require.resolve(`${name}/package.json`));
}

function head(file) {
  const descriptor = fs.openSync(file);
  const buffer = Buffer.alloc(16);

  fs.readSync(descriptor, buffer);
  fs.closeSync(descriptor);

  return buffer.toString('latin1');
}

function withoutServer(env) {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) =>
        !name.startsWith('REMOTE_MEDIASOUP_') &&
        !['DEBUG', 'NODE_TEST_CONTEXT', 'NODE_OPTIONS'].includes(name),
    ),
  );
}
