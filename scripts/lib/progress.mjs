/**
 * Progress display of long builds and tests, for the scripts: on a terminal one line that keeps changing,
 * elsewhere (in CI's log) a line now and then. `runShown()` runs a program with it and sends the program's
 * output to a log file.
 */

import fs from 'node:fs';
import process from 'node:process';

import { runLogged } from './run.mjs';

const TERMINAL_INTERVAL_MS = 1000;
/** Often enough for a CI that ends silent jobs, seldom enough to read. */
const LOG_INTERVAL_MS = 15_000;

export class Progress {
  #title;
  #startedAt = performance.now();
  #phase = '';
  #detail = '';
  #timer;
  #stream = process.stderr;

  constructor(title) {
    this.#title = title;
    this.#timer = setInterval(
      () => this.#show(),
      this.#stream.isTTY ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS,
    );
    this.#timer.unref();
  }

  get elapsed() {
    return duration(performance.now() - this.#startedAt);
  }

  /** A new part of the work; it is shown at once. */
  phase(phase) {
    if (phase === this.#phase) {
      return;
    }

    this.#phase = phase;
    this.#detail = '';
    this.#show();
  }

  /** Progress of the part, `12/345`; shown at the next tick. */
  detail(detail) {
    this.#detail = detail;
  }

  /** Ends the display with a line that stays. */
  end(result) {
    clearInterval(this.#timer);
    this.#write(`${this.#title}: ${result} (${this.elapsed})`, '\n');
  }

  #show() {
    const line = [this.#title, this.elapsed, this.#phase, this.#detail]
      .filter(Boolean)
      .join('  ');

    this.#write(line, this.#stream.isTTY ? '' : '\n');
  }

  #write(line, end) {
    const { isTTY, columns } = this.#stream;

    this.#stream.write(
      isTTY ? `\r\x1b[K${line.slice(0, (columns || 80) - 1)}` : line,
    );
    this.#stream.write(end);
  }
}

/** Runs a program, shows how long it takes and the line that it is at, and keeps what it prints in the log. */
export async function runShown(
  title,
  command,
  args,
  { log, onLine, result = () => 'ok', ...options },
) {
  const progress = new Progress(title);

  fs.rmSync(log, { force: true });

  try {
    await runLogged(command, args, {
      ...options,
      log,
      onLine: (line) => {
        progress.detail(line.trim());
        onLine?.(line);
      },
    });
  } catch (error) {
    progress.end('FAILED');

    throw error;
  }

  progress.end(result());
}

/** `0.4 s`, `12 s`, `8 min 05 s` */
export function duration(ms) {
  const seconds = ms / 1000;

  if (seconds < 10) {
    return `${seconds.toFixed(1)} s`;
  }

  const whole = Math.round(seconds);

  return whole < 60
    ? `${whole} s`
    : `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}
