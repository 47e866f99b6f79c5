'use strict';

/**
 * Module that mediasoup's own tests load instead of mediasoup's private utilities, by the paths that
 * `generate.mjs` writes into them. It has the one function that they call, `deepFreeze(value)`, which
 * freezes a value with all that it holds, and returns it.
 */

exports.deepFreeze = function deepFreeze(value) {
  for (const name of Reflect.ownKeys(value)) {
    const inner = value[name];

    if (inner !== null && /^(object|function)$/.test(typeof inner)) {
      deepFreeze(inner);
    }
  }

  return Object.freeze(value);
};
