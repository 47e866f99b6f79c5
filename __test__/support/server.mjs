/**
 * A real server (`remote-mediasoup serve`) for tests and benchmarks, with a temporary token and certificate:
 * `TestServer` starts, stops, kills and restarts it on the same port, and returns the options to connect
 * with.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { selfSignedCertificate } from './certificate.mjs';
import { serverBinary, workerBinary } from './reference.js';

const LISTENING = /listening.*?\d+(?:\.\d+){3}:(\d+)/;
const START_TIMEOUT_MS = 15_000;
const STOP_TIMEOUT_MS = 15_000;
const SIGNAL_EVERY_MS = 50;

/** Lines of the server's log that are kept for an error. */
const KEPT_LINES = 200;

export class TestServer {
  #folder = fs.mkdtempSync(path.join(os.tmpdir(), 'remote-mediasoup-test-'));
  #options;
  #child;
  #port = 0;

  token = 'a token for tests';
  /** Its last log lines. */
  log = [];

  /**
   * @param {object} [options]
   * @param {string} [options.host] - The address to listen on; default: 127.0.0.1.
   * @param {string[]} [options.command] - What its command begins with; default: nothing.
   * @param {boolean} [options.tls] - Default: true.
   * @param {string[]} [options.args] - More arguments of `serve`.
   * @param {string} [options.limits] - Of the token, as TOML: `{ workers = 2 }`.
   * @param {string} [options.tokens] - More of the token file.
   * @param {Record<string, string>} [options.env]
   * @param {boolean} [options.show] - Whether its log goes to the standard error, too.
   */
  static async start(options) {
    const server = new TestServer(options);

    await server.#identify();
    await server.start();

    return server;
  }

  /** Use `TestServer.start()`. */
  constructor(options = {}) {
    this.#options = {
      host: '127.0.0.1',
      command: [],
      tls: true,
      args: [],
      env: {},
      limits: '{ workers = 1000 }',
      tokens: '',
      ...options,
    };

    this.#write(
      'tokens.toml',
      [
        '[[tokens]]',
        'name = "test"',
        `secret = "${this.token}"`,
        `limits = ${this.#options.limits}`,
        this.#options.tokens,
      ].join('\n'),
    );
  }

  async #identify() {
    const { certificate, privateKey } = await selfSignedCertificate(
      'localhost',
      this.#options.host,
    );

    this.#write('cert.pem', certificate);
    this.#write('key.pem', privateKey);
  }

  get pid() {
    return this.#child?.pid;
  }

  get port() {
    return this.#port;
  }

  /** PEM file of what clients must trust. */
  get ca() {
    return path.join(this.#folder, 'cert.pem');
  }

  get url() {
    return this.urlOf(this.#port);
  }

  /** The same server by another port: a proxy's. */
  urlOf(port) {
    const { tls, host } = this.#options;

    return `${tls ? 'wss' : 'ws'}://${host}:${port}`;
  }

  /** Environment of a program that uses it. */
  env({ port = this.#port, session } = {}) {
    return {
      REMOTE_MEDIASOUP_URL: this.urlOf(port),
      REMOTE_MEDIASOUP_TOKEN: this.token,
      ...(this.#options.tls ? { REMOTE_MEDIASOUP_CA: this.ca } : {}),
      ...(session ? { REMOTE_MEDIASOUP_SESSION: session } : {}),
    };
  }

  /** The same as options of `connect()`. */
  options(more = {}) {
    return {
      token: this.token,
      ...(this.#options.tls ? { ca: this.ca } : {}),
      ...more,
    };
  }

  /** Starts it, on the port that it had before. Resolves when it listens. */
  async start() {
    const { host, command, tls, args, env } = this.#options;
    const [program, ...before] = [...command, serverBinary()];

    this.#child = spawn(
      program,
      [
        ...before,
        'serve',
        ...['--listen', `${host}:${this.#port}`],
        ...['--token-file', path.join(this.#folder, 'tokens.toml')],
        ...['--worker-bin', workerBinary()],
        ...(tls
          ? [
              ...['--tls-cert', path.join(this.#folder, 'cert.pem')],
              ...['--tls-key', path.join(this.#folder, 'key.pem')],
            ]
          : []),
        ...(args ?? []),
      ],
      {
        env: {
          ...process.env,
          NO_COLOR: '1',
          ...env,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );

    const child = this.#child;

    await new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(this.#failure('it does not listen')),
        START_TIMEOUT_MS,
      );

      for (const input of [child.stdout, child.stderr]) {
        readline.createInterface({ input }).on('line', (line) => {
          this.#keep(line);

          const port = LISTENING.exec(line)?.[1];

          if (port) {
            this.#port = Number(port);
            clearTimeout(timer);
            resolve();
          }
        });
      }

      child.once('error', reject);
      child.once('exit', (code, signal) => {
        clearTimeout(timer);
        reject(this.#failure(`it ended with ${signal ?? code}`));
      });
    });
  }

  /** Sends it a signal. */
  signal(name) {
    this.#child.kill(name);
  }

  /** Resolves with its exit code, or the name of the signal that ended it. */
  async exited() {
    const child = this.#child;

    if (child.exitCode === null && child.signalCode === null) {
      await once(child, 'exit');
    }

    return child.exitCode ?? child.signalCode;
  }

  /** Ends it without a chance to say anything. */
  async kill() {
    this.signal('SIGKILL');
    await this.exited();
  }

  async restart() {
    await this.kill();
    await this.start();
  }

  /** Ends it for good and removes its files. */
  async stop() {
    if (this.#child?.exitCode === null && this.#child.signalCode === null) {
      // The first one drains, another one doesn't wait. Two at once may arrive as one.
      const again = setInterval(() => this.signal('SIGTERM'), SIGNAL_EVERY_MS);
      const timer = setTimeout(() => this.signal('SIGKILL'), STOP_TIMEOUT_MS);

      this.signal('SIGTERM');
      await this.exited();
      clearInterval(again);
      clearTimeout(timer);
    }

    fs.rmSync(this.#folder, { recursive: true, force: true });
  }

  #write(name, text) {
    fs.writeFileSync(path.join(this.#folder, name), text, { mode: 0o600 });
  }

  #keep(line) {
    this.log.push(line);
    this.log.splice(0, this.log.length - KEPT_LINES);

    if (this.#options.show || process.env.SERVER_LOG) {
      console.error(line);
    }
  }

  #failure(what) {
    return new Error(`the server: ${what}\n${this.log.join('\n')}`);
  }
}
