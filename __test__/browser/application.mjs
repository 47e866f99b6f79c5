/**
 * The example meeting's server as a child process of a browser test, on a port that it keeps when the test
 * stops it and starts it again.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(
  new URL('../../examples/meeting/server.js', import.meta.url),
);
const ADDRESS = /http:\/\/\S+?:(\d+)/;
const START_TIMEOUT_MS = 30_000;

export class Application {
  #env;
  #child;
  #port = 0;

  /** @param {Record<string, string>} env - What it takes besides its port. */
  constructor(env) {
    this.#env = env;
  }

  get pid() {
    return this.#child?.pid;
  }

  get url() {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Resolves when its page is there. */
  async start() {
    this.#child = spawn(process.execPath, [PROGRAM], {
      env: {
        ...process.env,
        LISTEN_IP: '127.0.0.1',
        PORT: String(this.#port),
        ...this.#env,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = readline.createInterface({ input: this.#child.stdout });
    const [line] = await Promise.race([
      once(lines, 'line', { signal: AbortSignal.timeout(START_TIMEOUT_MS) }),
      once(this.#child, 'exit').then(([code, signal]) => {
        throw new Error(`the example ended with ${signal ?? code}`);
      }),
    ]);
    this.#port = Number(ADDRESS.exec(line)[1]);
  }

  /** Resolves with its exit code, or with the name of the signal that ended it. */
  async stop(signal = 'SIGTERM') {
    const child = this.#child;
    if (!child) {
      return undefined;
    }
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await once(child, 'exit');
    }
    return child.exitCode ?? child.signalCode;
  }
}
