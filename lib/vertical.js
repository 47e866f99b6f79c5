'use strict';

/**
 * Whether a Worker is one process, or as many as its load needs: what an application and its
 * environment say of it. What the options mean is checked where the Worker is made.
 */

/** What stands for yes and for no in the environment. */
const WORDS = new Map([
  ['1', true],
  ['true', true],
  ['0', false],
  ['false', false],
]);

/**
 * The switch as it is given in options: `true`, `false`, or an object of options.
 *
 * @returns {boolean | object | undefined} `undefined` where nothing is said
 */
function verticalOf(value, name) {
  if (value === undefined || value === null) return undefined;
  const isOptions = typeof value === 'object' && !Array.isArray(value);
  if (typeof value !== 'boolean' && !isOptions) {
    throw new TypeError(`${name} must be a boolean or an object of options`);
  }
  return value;
}

/**
 * The switch of the environment: `1`, `true`, `0`, `false`, an object as JSON, or options in short,
 * as in `maxWorkers=4,placement=spread`.
 */
function verticalOfEnvironment(env = process.env) {
  const text = env.REMOTE_MEDIASOUP_VERTICAL;
  if (!text) return undefined;
  const value = WORDS.get(text) ?? parsed(text) ?? pairs(text);
  if (value === undefined) {
    throw new TypeError(
      'REMOTE_MEDIASOUP_VERTICAL must be 1, an object as JSON, or like maxWorkers=4,placement=spread',
    );
  }
  return value;
}

function parsed(text) {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function pairs(text) {
  const entries = text
    .split(',')
    .map((pair) => /^\s*(\w+)=(\S+)\s*$/.exec(pair));
  if (entries.includes(null)) return undefined;
  return Object.fromEntries(
    entries.map(([, name, value]) => [
      name,
      Number.isNaN(Number(value)) ? value : Number(value),
    ]),
  );
}

exports.verticalOf = verticalOf;
exports.verticalOfEnvironment = verticalOfEnvironment;
