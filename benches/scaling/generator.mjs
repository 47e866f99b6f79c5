/**
 * Client of the load generator (the Rust program in benches/load), for one measurement of `npm run
 * bench:scaling` or `bench:media`. It builds and starts the program, sends it a line of JSON per command
 * (send this stream, count these packets) and returns its answers. The process ends with this one.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import readline from 'node:readline';
import { repositoryRoot } from './modules.mjs';

export class Generator {
  #child;
  #lines;

  /** Ports of its receiving sockets on 127.0.0.1. */
  ports;

  /**
   * @param {string[]} command - What runs it.
   */
  static async start([file, ...args]) {
    const generator = new Generator();

    generator.#child = spawn(file, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(generator.#child, 'spawn');

    const lines = readline.createInterface({ input: generator.#child.stdout });

    generator.#lines = lines[Symbol.asyncIterator]();
    generator.ports = (await generator.#answer()).ready.ports;

    return generator;
  }

  get pid() {
    return this.#child.pid;
  }

  /** @param {object[]} sources - As `Source` of benches/load/src/commands.rs. */
  send(sources) {
    return this.#ask({ send: sources });
  }

  /** @param {object[]} consumers - As `Expected` there. */
  expect(consumers) {
    return this.#ask({ expect: consumers });
  }

  /** @returns {Promise<object>} As `Measured` there. */
  async measure(seconds) {
    return (await this.#ask({ measure: { seconds } })).measured;
  }

  /** One question at a time: the next answer is its. */
  #ask(command) {
    this.#child.stdin.write(`${JSON.stringify(command)}\n`);

    return this.#answer();
  }

  async #answer() {
    const { value, done } = await this.#lines.next();

    if (done) {
      throw new Error('the load generator has ended');
    }

    const answer = JSON.parse(value);

    if (answer.failed) {
      throw new Error(`the load generator: ${answer.failed}`);
    }

    return answer;
  }
}

/** Builds the load generator and returns its path. */
export function buildGenerator() {
  const folder = path.join(repositoryRoot, 'target', 'load');
  const { status } = spawnSync(
    'cargo',
    [
      'build',
      '--release',
      '--locked',
      '--quiet',
      '--manifest-path',
      path.join(repositoryRoot, 'benches', 'load', 'Cargo.toml'),
      '--target-dir',
      folder,
    ],
    { stdio: 'inherit' },
  );

  if (status !== 0) {
    throw new Error('cargo did not build the load generator');
  }

  return path.join(folder, 'release', 'load');
}
