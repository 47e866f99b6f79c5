/**
 * LLVM's programs that read what instrumented programs have counted. They must
 * be of the LLVM that rustc is made of: the format changes between versions.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';

import { Failure, run } from '../lib/run.mjs';
import { requireTools } from '../lib/tools.mjs';

/**
 * Finds them where rustup or Debian puts them; Debian's are installed where that
 * is possible.
 *
 * @returns {Promise<{ profdata: string, cov: string }>}
 */
export async function findTools() {
  await requireTools('cargo', 'c++');

  const { host, llvm } = compiler();
  const rustup = path.join(rustc('--print', 'sysroot'), 'lib/rustlib', host);
  const debian = `/usr/lib/llvm-${llvm}`;
  const find = () =>
    [rustup, debian].map((folder) => toolsIn(folder)).find(Boolean);

  return find() ?? (await installed(llvm, find));
}

/** The platform that Rust is compiled for, and the version of its LLVM. */
export function compiler() {
  const version = rustc('-vV');

  return {
    host: /^host: (.+)$/m.exec(version)[1],
    llvm: /^LLVM version: (\d+)/m.exec(version)[1],
  };
}

function toolsIn(folder) {
  const tools = {
    profdata: path.join(folder, 'bin', 'llvm-profdata'),
    cov: path.join(folder, 'bin', 'llvm-cov'),
  };

  return Object.values(tools).every((tool) => fs.existsSync(tool))
    ? tools
    : undefined;
}

async function installed(llvm, find) {
  const aptGet = (...args) =>
    run('apt-get', args, {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });

  if (process.getuid?.() === 0 && isThere('apt-get')) {
    try {
      await aptGet('update', '-qq');
      await aptGet('install', '-qq', '-y', `llvm-${llvm}`);
    } catch (error) {
      console.error(error.message);
    }
  }

  const tools = find();

  if (!tools) {
    throw new Failure(
      [
        `Missing: llvm-profdata and llvm-cov of LLVM ${llvm}. To install:`,
        'rustup component add llvm-tools',
        `sudo apt-get update && sudo apt-get install -y llvm-${llvm}   (Debian, Ubuntu, where they have it)`,
      ].join('\n  '),
    );
  }

  return tools;
}

function isThere(command) {
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;
}

function rustc(...args) {
  return execFileSync('rustc', args, { encoding: 'utf8' }).trim();
}
