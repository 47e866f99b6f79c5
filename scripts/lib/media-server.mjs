/**
 * A server (the binary `remote-mediasoup serve`) on this machine, with a random token on a free port, for
 * `npm run start:remote`. `start()` resolves when it listens, with the environment by which an application
 * uses it; it ends with the program that started it.
 */

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';

import { platformDir } from './project.mjs';
import { Failure } from './run.mjs';

/** Line that it prints when it is ready. */
const LISTENING = /listening on (ws:\S+)/;
/** Time to exit, in milliseconds, before it is killed. */
const STOP_TIMEOUT_MS = 3000;

export class MediaServer {
  #folder = fs.mkdtempSync(path.join(os.tmpdir(), 'remote-mediasoup-'));
  #token = randomBytes(24).toString('base64url');
  #child;

  /** Resolves when it ends. */
  exited;

  /** Environment of a program that uses it. */
  env;

  /** Resolves when it can be used. */
  static async start() {
    const server = new MediaServer();

    await server.#start();

    return server;
  }

  async #start() {
    const tokens = path.join(this.#folder, 'tokens.toml');

    fs.writeFileSync(
      tokens,
      `[[tokens]]\nname = "example"\nsecret = "${this.#token}"\n`,
      { mode: 0o600 },
    );

    this.#child = spawn(
      path.join(platformDir, 'remote-mediasoup'),
      [
        ...['serve', '--listen', '127.0.0.1:0', '--token-file', tokens],
        ...['--announced-address', announcedAddress(), '--log-level', 'warn'],
      ],
      // In a group of its own: a terminal's signals are for whoever started it.
      { stdio: ['ignore', 'pipe', 'inherit'], detached: true },
    );
    this.exited = once(this.#child, 'exit');

    const lines = readline.createInterface({ input: this.#child.stdout });
    const url = await Promise.race([
      listening(lines),
      this.exited.then(([code]) => {
        throw new Failure(`the media server ended with ${code}`);
      }),
    ]);

    console.error(`media server: ${url}`);
    this.env = {
      REMOTE_MEDIASOUP_URL: url,
      REMOTE_MEDIASOUP_TOKEN: this.#token,
    };
  }

  async stop() {
    const child = this.#child;

    if (child.exitCode === null && child.signalCode === null) {
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);

      child.kill('SIGTERM');
      await this.exited;
      clearTimeout(timer);
    }

    fs.rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function listening(lines) {
  for await (const line of lines) {
    const found = LISTENING.exec(line);

    if (found) {
      return found[1];
    }
  }

  return new Promise(() => {});
}

/** Address of the media for browsers: the first of this machine's that others reach. */
function announcedAddress() {
  const addresses = Object.values(os.networkInterfaces()).flat();
  const isReachable = ({ family, internal }) => family === 'IPv4' && !internal;

  return (
    process.env.ANNOUNCED_ADDRESS ??
    addresses.find(isReachable)?.address ??
    '127.0.0.1'
  );
}
