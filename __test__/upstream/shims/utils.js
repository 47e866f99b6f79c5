'use strict';

/** Replacement of mediasoup's private utilities in its own tests, with the one function that they take. */

exports.deepFreeze = function deepFreeze(value) {
  for (const name of Reflect.ownKeys(value)) {
    const inner = value[name];

    if (inner !== null && /^(object|function)$/.test(typeof inner)) {
      deepFreeze(inner);
    }
  }

  return Object.freeze(value);
};
