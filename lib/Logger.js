'use strict';

/**
 * Loggers of this package's JavaScript. Classes and hosts create one each, by name; a line goes to the
 * console where the variable `DEBUG=remote-mediasoup*` selects it, and to the application's functions from
 * `setLogEventListeners()`.
 */

const console = require('node:console');
const debug = require('debug');

const APP_NAME = 'remote-mediasoup';

/** Whom `setLogEventListeners()` has log events go to; each may be missing. */
const emitters = { debug: undefined, warn: undefined, error: undefined };

/** Logs below a prefix: to `DEBUG=remote-mediasoup*`, and to the log event listeners. */
class Logger {
  #debug;
  #warn;
  #error;

  constructor(prefix) {
    const suffix = prefix ? `:${prefix}` : '';
    this.#debug = debug(`${APP_NAME}${suffix}`);
    this.#warn = debug(`${APP_NAME}:WARN${suffix}`);
    this.#error = debug(`${APP_NAME}:ERROR${suffix}`);
    this.#debug.log = console.debug;
    this.#warn.log = console.warn;
    this.#error.log = console.error;
  }

  debug(log) {
    if (this.#debug.enabled) this.#debug(log);
    emitters.debug?.safeEmit('debuglog', this.#debug.namespace, log);
  }

  warn(log) {
    if (this.#warn.enabled) this.#warn(log);
    emitters.warn?.safeEmit('warnlog', this.#warn.namespace, log);
  }

  error(log, error) {
    if (this.#error.enabled) this.#error(log, error);
    emitters.error?.safeEmit('errorlog', this.#error.namespace, log, error);
  }
}

exports.Logger = Logger;
exports.emitters = emitters;
