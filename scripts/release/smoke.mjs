/**
 * Smoke test of a release: `npm run release` has it install the tarballs into an empty folder, as users will,
 * and run a meeting, the server and the porting tool there. It rejects with the output of the program that
 * failed.
 */

import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';

import { platformPackage, portPackage, root } from '../lib/project.mjs';
import { Failure } from '../lib/run.mjs';

const execute = promisify(execFile);

/** Programs that hold a meeting, and ask for nothing but the package. */
const PROGRAMS = path.join(root, '__test__/packaging/program');

/** An install without a build takes seconds, a registry that is away minutes. */
const INSTALL_TIMEOUT_MS = 120_000;
const PROGRAM_TIMEOUT_MS = 30_000;

/**
 * @param {Map<string, string>} tarballs - Package name to file.
 * @param {string} version - The one that the installed packages must have.
 */
export async function smoke(tarballs, version) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'remote-mediasoup-'));

  try {
    await install(folder, tarballs);
    await holdMeetings(folder, version);
    await askServer(folder, version);
    await askPort(folder);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function install(folder, tarballs) {
  const names = ['remote-mediasoup', platformPackage, portPackage];
  const dependencies = Object.fromEntries(
    names.map((name) => [name, `file:${path.resolve(tarballs.get(name))}`]),
  );

  fs.cpSync(PROGRAMS, folder, { recursive: true });
  fs.writeFileSync(
    path.join(folder, 'package.json'),
    JSON.stringify({ private: true, dependencies }),
  );
  await inFolder(
    folder,
    INSTALL_TIMEOUT_MS,
    'npm',
    'install',
    '--prefer-offline',
    '--ignore-scripts=false',
  );
}

async function holdMeetings(folder, version) {
  for (const program of ['by-require.cjs', 'by-import.mjs']) {
    const output = await inFolder(
      folder,
      PROGRAM_TIMEOUT_MS,
      process.execPath,
      program,
      'remote-mediasoup',
    );
    const result = JSON.parse(output);

    if (result.version !== version || result.payloads.length === 0) {
      throw new Failure(`smoke test: ${program} said ${output}`);
    }
  }
}

async function askServer(folder, version) {
  const output = await inFolder(
    folder,
    PROGRAM_TIMEOUT_MS,
    path.join('node_modules', '.bin', 'remote-mediasoup'),
    '--version',
  );

  if (output.trim() !== `remote-mediasoup ${version}`) {
    throw new Failure(`smoke test: the server calls itself ${output.trim()}`);
  }
}

async function askPort(folder) {
  const output = await inFolder(
    folder,
    PROGRAM_TIMEOUT_MS,
    path.join('node_modules', '.bin', 'remote-mediasoup'),
    'port',
    '--help',
  );

  if (!output.includes(`Usage: ${portPackage}`)) {
    throw new Failure(`smoke test: port printed ${output}`);
  }
}

async function inFolder(cwd, timeout, command, ...args) {
  // The worker must be the installed one, and on this machine.
  const {
    MEDIASOUP_WORKER_BIN: _worker,
    REMOTE_MEDIASOUP_URL: _url,
    ...env
  } = process.env;

  try {
    return (await execute(command, args, { cwd, env, timeout })).stdout;
  } catch (error) {
    throw new Failure(
      `smoke test: ${[command, ...args].join(' ')} ` +
        `${error.killed ? `took more than ${timeout / 1000} s` : 'failed'}\n` +
        `${error.stdout}${error.stderr}`,
      { cause: error },
    );
  }
}
