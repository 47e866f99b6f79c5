'use strict';

/**
 * Module that mediasoup's own tests load for its private utilities, by the paths that `generate.mjs` writes
 * into them. It has the one function that they call.
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
