'use strict';

/**
 * Parser of the option `vertical`: whether a Worker is one process or as many as its load needs.
 * `createWorker()` and the settings of a connection call it with the option of the application and with
 * `REMOTE_MEDIASOUP_VERTICAL`. Members of an options object are checked in Rust, where the Worker is created.
 */

const SETTING = 'REMOTE_MEDIASOUP_VERTICAL';

/**
 * The switch as it is given in options: `true`, `false`, or an object of options.
 *
 * @returns {boolean | object | undefined} `undefined` without the option
 */
function verticalOf(value, name) {
  if (value === undefined || value === null) return undefined;
  const isOptions = typeof value === 'object' && !Array.isArray(value);
  if (typeof value !== 'boolean' && !isOptions) {
    throw new TypeError(`${name} must be a boolean or an object of options`);
  }
  return value;
}

/** The switch of the environment: a boolean, an object of options, or `undefined` without one. */
function verticalOfEnvironment(env = process.env) {
  const text = env[SETTING];
  if (!text) return undefined;
  // Loaded when it is needed: the doctor reads other settings where there is no addon.
  const { addon: native } = require('./seam/native');
  const { outcomeOf } = require('./seam/makeError');
  return outcomeOf(native.parseVertical(SETTING, text));
}

exports.verticalOf = verticalOf;
exports.verticalOfEnvironment = verticalOfEnvironment;
